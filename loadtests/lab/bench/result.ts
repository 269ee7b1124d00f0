import type { AuditResult } from '../audit/audit-stack.ts'
import type { Budget } from '../budget/budget.ts'
import type { Result as Comparison, Machine } from '../compare/result.ts'
import type { Figures } from '../ladder/figures.ts'
import type { LoadName, RungName } from '../ladder/rungs.ts'
import type { VoidKind } from '../ladder/void.ts'
import type { Waterfall } from '../ladder/waterfall.ts'
import type { Capacities, Row } from './aims.ts'

/** The number of this format; it rises when a reader of the old one would be misled. */
export const FORMAT = 1

/** What `bench.json` holds. */
export type BenchResult = {
  format: typeof FORMAT
  project: Comparison['project']
  startedAt: string
  tookSeconds: number
  command: string
  options: {
    loads: LoadName[]
    rounds: number
    seconds: number
    /** Per second. */
    rates: Record<LoadName, number>
    seed: number
    /** What was not to make a turn void. */
    tolerate: VoidKind[]
  }
  machine: Machine
  budget: Budget
  versions: Record<'node' | 'k6' | 'fastify' | 'postgresql' | 'rabbitmq', string>
  /** Rungs that were not there, and why, a sentence each. */
  missing: string[]
  turns: Figures[]
  capacities: Capacities | null
  /** What a disturbance leaves open of them, a sentence each. */
  doubts: string[]
  rows: Row[]
  waterfalls: Waterfall[]
  audits: { rung: RungName; audit: AuditResult }[]
  /** Why the run is not valid, a sentence each; empty when it is. */
  faults: string[]
}
