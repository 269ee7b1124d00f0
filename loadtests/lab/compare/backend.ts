import type { AuditResult } from '../audit/audit-stack.ts'
import type { BudgetKind, Shares } from '../budget/budget.ts'
import type { CostTarget } from '../cost/costs.ts'
import type { Sampler } from '../sample/sampler.ts'
import type { Laboratory } from '../sample/window.ts'
import type { StackName } from '../stacks/start.ts'
import type { PlacedArm } from './arms.ts'

/** A stack that runs, and what a comparison asks of it. */
export type Target = {
  /** Name of the arm that it is. */
  arm: string
  name: StackName
  /** Public base URL. */
  url: string
  /** What is sampled, by name, the application's processes first. */
  processes: string[]
  /** What runs but cannot be sampled here, for example a PostgreSQL that was attached to. */
  unmeasured: string[]
  /** Who shares which CPU budget; null where somebody else sees to it. */
  shares: Shares | null
  /** Settings of its PostgreSQL that durability rests on. */
  durability(): Promise<Record<string, string>>
  /** How many connections to PostgreSQL its processes may open in all; null where nobody limits them. */
  databaseConnections: number | null
  /** Processes whose statements, messages and bytes can be counted; empty where nobody can. */
  countable: CostTarget[]
  /** Begins to sample the stack's processes. */
  startSampling(): Sampler
  /** Resolves when no order is under way; after 30 s in any case, as the audit will tell. */
  untilAtRest(): Promise<void>
  /** How many orders there are since the stack began, and how many of them have settled: confirmed, rejected or cancelled. */
  countOrders(): Promise<{ stored: number; settled: number }>
  /** Checks the invariants. @param counts orders asked for since the stack began */
  audit(counts: { answered: number; lost: number }): Promise<AuditResult>
}

/** Where the stacks run. */
export type Backend = {
  targets: Target[]
  /** All that runs there for the measurement, whichever target is under load: what else is busy is company. */
  laboratory: Laboratory
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

/** @param budget `naive` leaves each process as many connections as it takes by itself */
export type StartBackend = (arms: PlacedArm[], budget: BudgetKind) => Promise<Backend>
