import type { AuditResult } from '../audit/audit-stack.ts'
import type { Budget } from '../budget/budget.ts'
import type { Result as Comparison, Machine } from '../compare/result.ts'
import type { StackName } from '../stacks/stack.ts'
import type { DisturbanceKind } from './disturbances.ts'
import type { Capacity } from './measure.ts'
import type { Objective } from './probe.ts'

/** The number of this format; it rises when a reader of the old one would be misled. */
export const FORMAT = 2

/** How many times one capacity is another. The bounds are the quotients of the bounds; null where one is missing. */
export type CapacityRatio = { value: number; low: number | null; high: number | null }

export type StackCapacity = Omit<Capacity, 'stack'> & { stack: StackName; audit: AuditResult }

/** What `capacity.json` holds. */
export type CapacityResult = {
  format: typeof FORMAT
  project: Comparison['project']
  startedAt: string
  tookSeconds: number
  command: string
  seed: number
  machine: Machine
  budget: Budget
  versions: { node: string; k6: string; fastify: string; postgresql: string; rabbitmq: string | null }
  objective: Objective
  rules: {
    seconds: number
    repeats: number
    mostOfK6: number
    lateShare: number
    disturbed: number
    tolerate: DisturbanceKind[]
    strict: boolean
  }
  stacks: StackCapacity[]
  /** Whether somebody ended the search before it was over. */
  endedByHand: boolean
  /** Services to monolith; null where one of them was not measured, or no end was found of it. */
  ratio: CapacityRatio | null
  /** What is not as it must be, a sentence each. */
  faults: string[]
  /** Why `--strict` refuses the run, a sentence each. */
  refusals: string[]
}

/** Services to monolith; null where there is none: without both, or where one is not known, held nothing, or all that was tried. */
export function ratioOf(
  stacks: Pick<StackCapacity, 'stack' | 'perSecond' | 'low' | 'high'>[],
): CapacityRatio | null {
  const monolith = stacks.find(({ stack }) => stack === 'monolith')
  const services = stacks.find(({ stack }) => stack === 'services')
  if (!monolith || !services || monolith.perSecond === 0) return null
  if (monolith.high === null || services.high === null) return null
  const quotient = (a: number | null, b: number | null) => (a !== null && b ? a / b : null)
  return {
    value: services.perSecond / monolith.perSecond,
    low: quotient(services.low, monolith.high),
    high: quotient(services.high, monolith.low),
  }
}
