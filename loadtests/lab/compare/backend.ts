import type { AuditResult } from '../audit/audit-stack.ts'
import type { Sampler } from '../sample/sampler.ts'
import type { StackName } from '../stacks/start.ts'

/** A stack that runs, and what a comparison asks of it. */
export type Target = {
  name: StackName
  /** Public base URL. */
  url: string
  /** What is sampled, by name, the application's processes first. */
  processes: string[]
  /** What runs but cannot be sampled here, for example a PostgreSQL that was attached to. */
  unmeasured: string[]
  /** Begins to sample the stack's processes. */
  startSampling(): Sampler
  /** Resolves when no order is under way; after 30 s in any case, as the audit will tell. */
  untilAtRest(): Promise<void>
  /** How many orders have settled since the stack began: confirmed, rejected or cancelled. */
  settledOrders(): Promise<number>
  /** Checks the invariants. @param counts orders asked for since the stack began */
  audit(counts: { answered: number; lost: number }): Promise<AuditResult>
}

/** Where the stacks run. */
export type Backend = {
  targets: Target[]
  /** AUTH_SECRET of the stacks. */
  secret: string
  versions: { postgresql: string; rabbitmq: string | null }
  /** How they run, a sentence for the report. */
  description: string
  /** For logs and summaries of this command. `stop` removes it. */
  dir: string
  /** Stops everything. Returns a sentence for each thing that was not in order. */
  stop(): Promise<string[]>
}

export type StartBackend = (stacks: StackName[]) => Promise<Backend>
