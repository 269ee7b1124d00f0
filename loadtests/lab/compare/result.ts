import type { AuditResult } from '../audit/audit-stack.ts'
import type { MemoryMeasure } from '../sample/reader.ts'
import type { Usage } from '../sample/sampler.ts'
import type { StackName } from '../stacks/start.ts'
import type { Interval } from '../stats/interval.ts'
import type { Ratio } from '../stats/ratio.ts'
import type { LoadFigures } from './k6-summary.ts'

/** The number of this format; it rises when a reader of the old one would be misled. See docs/result-format.md. */
export const FORMAT = 2

export type Machine = {
  cpu: string
  cores: number
  memoryMiB: number
  os: string
  kernel: string
  architecture: string
}

export type Round = {
  round: number
  position: number
  stack: StackName
  /** True for the second measurement of a stack in a block: held against the first, it shows what this machine can tell. */
  isControl: boolean
  seed: number
  startedAt: string
  /** From before k6 started until no order was under way. */
  windowSeconds: number
  /** Share of the machine's CPU time that went to programs outside the measurement, from 0 to 1. */
  otherCpuShare: number
  /** Orders that settled, or iterations, as the scenario counts its work. */
  work: number
  load: LoadFigures
  processes: Usage[]
  /** Why this round says nothing, one sentence each; empty when it does say something. */
  void: string[]
}

/** One row of the comparison. */
export type Measure = {
  id: string
  title: string
  unit: 'ms' | 'MiB' | '1/s'
  stacks: Partial<Record<StackName, Interval>>
  /** Services to monolith; null where one of them is missing or zero, or where both are equal by design. */
  ratio: Ratio | null
  /** The monolith to itself, measured twice in each block: null as above, or where there was no control. */
  control: Ratio | null
}

export type Result = {
  format: typeof FORMAT
  project: { name: string; version: string; commit: string | null; dirty: boolean | null }
  startedAt: string
  finishedAt: string
  command: string
  options: {
    scenario: string
    stacks: StackName[]
    rounds: number
    durationSeconds: number
    warmUpSeconds: number
    ratePerSecond: number
    seed: number
    quick: boolean
    via: 'local' | 'docker'
  }
  scenario: {
    title: string
    work: 'orders' | 'iterations'
    unit: string
    latencies: { id: string; title: string }[]
  }
  machine: Machine
  versions: Record<'node' | 'k6' | 'postgresql' | 'fastify', string> & { rabbitmq: string | null }
  environment: {
    description: string
    memoryMeasure: MemoryMeasure
    catalogue: { products: number; stockEach: number }
  }
  stacks: { name: StackName; processes: string[]; unmeasured: string[] }[]
  rounds: Round[]
  audit: AuditResult[]
  verdict: { valid: boolean; reasons: string[] }
  /** Null when the run is not valid. */
  comparison: Measure[] | null
}
