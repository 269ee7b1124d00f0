import type { Machine } from '../compare/result.ts'
import type { StackName } from '../stacks/stack.ts'

/** The operations of the contract that the load calls. */
export type Endpoint =
  | 'placeOrder'
  | 'cancelOrder'
  | 'restockProduct'
  | 'getProduct'
  | 'listProducts'
  | 'getOrder'
  | 'listOrders'

/** What became of the requests of one endpoint. A request is one attempt: an operation that is retried makes several. */
export type RequestCounts = {
  asked: number
  /** Refused, or answered 429 or 5xx. */
  failed: number
  /** Sent and not answered: it may have had its effect. */
  unknown: number
  /** (failed + unknown) / asked. */
  share: number
}

/** One fault, injected into one stack, once. */
export type RunResult = {
  fault: string
  title: string
  stack: StackName
  seed: number
  /** No violation, healthy again, and all that the fault expects. */
  survived: boolean
  /**
   * From the heal until all is ready and a fresh order is confirmed, in milliseconds; null when that did not happen. After a
   * fault of the start there is nothing to order yet: until all is ready.
   */
  healthyAfterMs: number | null
  load: {
    /** Operations of the schedule. */
    operations: number
    /** Requests sent, retries among them. */
    requests: number
    /** Operations without a definite answer by their deadline. */
    unanswered: number
    /** Orders in the database at the end, by status. */
    orders: Record<string, number>
  }
  failed: Partial<Record<Endpoint, RequestCounts>>
  /** Messages that the broker carried more than once. 0 where there is no broker. */
  duplicates: number
  /** Requests that repeated an earlier one with the same idempotency key. */
  resent: number
  /** Looks at the databases while the load ran: each checked that stock is conserved. */
  samples: { taken: number; databaseDown: number }
  /** What must not happen and did: `<check>: <detail>`. */
  violations: string[]
  /** What was done and seen, in milliseconds since the load began. */
  events: { atMs: number; what: string }[]
  /** The history of the run, beside faults.json. */
  history: string
  /** How long the whole run took, with start and audit. */
  tookMs: number
}

/** All runs of one fault on one stack. */
export type MatrixRow = {
  fault: string
  title: string
  stack: StackName
  runs: number
  survived: number
  /** Of the runs that became healthy; null when none did. */
  healthyAfterMs: { median: number; worst: number } | null
  failed: Partial<Record<Endpoint, RequestCounts>>
  duplicates: number
  resent: number
  samples: number
  violations: number
}

/** A planted bug and what saw it. */
export type PlantedResult = {
  name: string
  title: string
  stack: StackName
  seed: number
  caught: boolean
  /** Names of the checks that failed. */
  by: string[]
  violations: string[]
}

/** What `npm run faults` writes to faults.json. */
export type FaultsResult = {
  format: 1
  /** As it was typed, less the paths. */
  command: string
  seed: number
  repeat: number
  /** ISO 8601. */
  startedAt: string
  tookSeconds: number
  machine: Machine
  versions: { node: string; postgresql: string; rabbitmq: string }
  project: { name: string; version: string; commit: string | null; dirty: boolean | null }
  runs: RunResult[]
  /** In the order of the list of faults, monolith before services. */
  matrix: MatrixRow[]
  /** With `--planted` alone; there are no runs and no matrix then. */
  planted?: PlantedResult[]
}
