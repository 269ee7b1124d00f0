import type { StackName } from '../stacks/stack.ts'
import type { BudgetKind } from './budget.ts'

/** Connections to PostgreSQL that the processes of a stack may open in all, by a budget. */
const IN_ALL = 20
/** What a process opens at most when nobody says. */
const BY_ITSELF = 10
const POOLS: Record<StackName, number> = { monolith: 1, services: 2 }

/** What each process of a stack that has a database may open at most, and what they may in all. */
export function connectionsOf(stack: StackName, kind: BudgetKind): { each: number; inAll: number } {
  const each = kind === 'naive' ? BY_ITSELF : IN_ALL / POOLS[stack]
  return { each, inAll: each * POOLS[stack] }
}
