import type { AuditResult } from '../audit/audit-stack.ts'
import type { Capacity } from '../capacity/measure.ts'
import type { Latency, Objective } from '../capacity/probe.ts'
import type { Result as Comparison, Machine } from '../compare/result.ts'
import type { Company } from '../sample/window.ts'
import type { StackName } from '../stacks/stack.ts'

/** The number of this format; it rises when a reader of the old one would be misled. */
export const FORMAT = 2

/** What became of the orders that were placed, as the database tells it. */
export type Orders = {
  /** Their buyers were told of them in time, and they settled in time. */
  good: number
  /** Their buyers were told of them in time, and they settled later. */
  late: number
  /** Their buyers were told of them in time, and they never settled. */
  unsettled: number
  /** Nobody waited for the answer any more. */
  abandoned: number
}

/** What was offered to a stack for some seconds at a fixed rate, and what it made of it. */
export type Offer = {
  ratePerSecond: number
  seconds: number
  /** Orders that were due, whether or not k6 could send them. */
  offered: number
  /** Due, and not sent: k6 had no virtual user left that was not waiting. */
  notSent: number
  /** Answered 201 or 202. */
  accepted: number
  acceptedLatency: Latency
  /** Answered 503. */
  refused: number
  refusedQuickly: number
  refusedWithoutRetryAfter: number
  refusedLatency: Latency
  /** Answered 429. */
  rateLimited: number
  /** Answered 409. */
  soldOut: number
  /** Not answered in time. */
  gaveUp: number
  /** The connection was refused or broke. */
  notConnected: number
  /** Answered in another way: how often, and a few of these answers. */
  wrong: { count: number; examples: string[] }
  orders: Orders
  /** Good orders for each second of load. */
  goodputPerSecond: number
  /** CPU cores in use on average: by the stack from the first order until it was at rest, by k6 while it placed orders. */
  cores: { stack: number; k6: number }
  /** What others took of the machine meanwhile. */
  company: Company
}

/** After a load, in milliseconds from its end; null when it did not happen in 30 s. */
export type Recovery = {
  /** Until an order that was placed after the end has settled. */
  orderSettledAfterMs: number | null
  /** Until no order was pending, no outbox held a message, and no queue either. */
  quietAfterMs: number | null
}

/** A load of so many times the capacity, and how the stack came out of it. */
export type Load = Offer & {
  factor: number
  /** Goodput, as a share of that at the capacity itself. */
  held: number
  recovery: Recovery
}

/** The cores that the stack with its servers had for itself, and those that k6 had; null when both had all. */
export type Cores = { stack: number[]; k6: number[] } | null

/** One stack, from its capacity to what it did beyond. */
export type StackOverload = {
  stack: StackName
  capacity: {
    /** What is taken for it: where a search found no end, the highest rate that is known to hold. */
    perSecond: number
    /** What a quick search found, as `npm run capacity` does; null when it was given by `--rate`. */
    search: Omit<Capacity, 'stack'> | null
  }
  loads: Load[]
  audit: AuditResult
  /** What is not as it must be, a sentence each. */
  faults: string[]
}

/** What `overload.json` holds. */
export type OverloadResult = {
  format: typeof FORMAT
  project: Comparison['project']
  startedAt: string
  tookSeconds: number
  command: string
  seed: number
  machine: Machine
  cores: Cores
  versions: { node: string; k6: string; fastify: string; postgresql: string; rabbitmq: string }
  rules: {
    patienceSeconds: number
    settlesWithinMs: number
    quickMs: number
    /** Of a probe of the search. */
    objective: Objective
    probeSeconds: number
    recoversWithinMs: number
  }
  stacks: StackOverload[]
}
