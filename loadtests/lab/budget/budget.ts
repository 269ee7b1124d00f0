import { cpus, getPriority } from 'node:os'
import type { Group } from '../sample/sampler.ts'
import { allowedCores, coresOf, niceTrees, pin, pinTrees } from './affinity.ts'
import { planAt } from './plan.ts'
import { readSiblings } from './topology.ts'

export const BUDGETS = ['fair', 'colocated', 'naive'] as const
export type BudgetKind = (typeof BUDGETS)[number]

/** Who may use which cores; null cores: everybody all of them. */
export type Budget = {
  kind: BudgetKind
  /** A sentence for reports. */
  how: string
  cores: BudgetCores | null
}

/** Cores of a stack's Node processes, of its servers, and of k6. `idle`: threads of the first's physical core, that nobody gets. */
export type BudgetCores = { apps: number[]; rest: number[]; k6: number[]; idle: number[] }

/** What shares a budget: the application's own processes, and all else that the measurement needs. */
export type Shares = { apps: Group[]; rest: Group[] }

/**
 * Plans who may use which cores here. `fair`: the Node processes of a stack, one or many, share one core, since with more a lone
 * Node process could not use its part, and threads would be compared instead of shapes; PostgreSQL, RabbitMQ and k6 have the
 * others. `colocated`: a stack shares one core with its PostgreSQL and RabbitMQ, and k6 has the others. `naive`: nobody is
 * kept from anything, as it is mostly done.
 */
export async function planBudget(kind: BudgetKind): Promise<Budget> {
  const [allowed, siblings] = await Promise.all([allowedCores(), readSiblings()])
  return planAt({ allowed, siblings, inAll: cpus().length }, kind)
}

/**
 * Puts each on its cores, and this process on those of k6, which it starts from now on. Servers wait for a k6 that shares
 * theirs: a load generator that waits for what it loads would measure its own wait.
 */
export async function pinGroups({ cores }: Budget, { apps, rest }: Shares): Promise<void> {
  if (!cores) return
  await pinTrees(pidsOf(apps), cores.apps)
  await pinTrees(pidsOf(rest), cores.rest)
  await pin(process.pid, cores.k6)
  if (String(cores.rest) !== String(cores.k6)) return
  await niceTrees(pidsOf(rest), Math.min(LEAST_URGENT, getPriority() + BEHIND_K6))
}

/** What is not where the budget puts it: a sentence for each process, at the moment of asking. */
export async function breaches({ cores }: Budget, { apps, rest }: Shares): Promise<string[]> {
  if (!cores) return []
  const wanted = [
    ...apps.map((it) => [it, cores.apps] as const),
    ...rest.map((it) => [it, cores.rest] as const),
  ]
  const found = await Promise.all(
    wanted.map(async ([{ name, pid }, allowed]) => {
      const actual = await coresOf(pid)
      if (!actual || String(actual) === String(allowed)) return []
      return [`${name} may use core ${actual.join(', ')} and not just ${allowed.join(', ')}`]
    }),
  )
  return found.flat()
}

/** Steps of `nice` from this process, and so from k6. To go below what they have would take root. */
const BEHIND_K6 = 10
const LEAST_URGENT = 19

const pidsOf = (groups: Group[]) => groups.map(({ pid }) => pid)
