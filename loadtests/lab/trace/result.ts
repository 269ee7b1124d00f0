import type { Machine, Result } from '../compare/result.ts'
import type { StackName } from '../stacks/stack.ts'
import type { Ratio } from '../stats/ratio.ts'
import type { Span } from './otlp.ts'

/** It rises when a program that reads the old format would be misled by the new one. */
export const FORMAT = 2

/** What `trace.json` holds. */
export type TraceResult = {
  format: typeof FORMAT
  project: Result['project']
  /** ISO 8601, UTC. */
  startedAt: string
  tookSeconds: number
  /** The command that repeats it. */
  command: string
  ratePerSecond: number
  seconds: number
  seed: number
  machine: Machine
  /** How CPU was shared out, a sentence. */
  budget: string
  versions: { node: string; k6: string; fastify: string; postgresql: string; rabbitmq: string }
  stacks: StackResult[]
}

export type StackResult = {
  stack: StackName
  /** Orders that were followed until they had settled. */
  orders: number
  /** Traces of orders that did not arrive whole. */
  incomplete: number
  /** What was not in order when the stack was stopped, a sentence each. */
  complaints: string[]
  picks: {
    /** Of the latency to settle. */
    percentile: number
    traceId: string
    settledMs: number
    /** Times in milliseconds since 1970. */
    spans: Span[]
  }[]
  /** CPU milliseconds of the Node processes for each settled order, by pair of rounds; null where it was not measured. */
  cost: { plainMs: number[]; tracedMs: number[]; ratio: Ratio | null } | null
}
