import { getPriority } from 'node:os'
import type { Group } from '../sample/sampler.ts'
import { allowedCores, coresOf, niceTrees, pin, pinTrees } from './affinity.ts'

export const BUDGETS = ['fair', 'colocated', 'naive'] as const
export type BudgetKind = (typeof BUDGETS)[number]

/** Who may use which cores; null cores: everybody all of them. */
export type Budget = {
  kind: BudgetKind
  /** A sentence for reports. */
  how: string
  cores: { apps: number[]; rest: number[]; k6: number[] } | null
}

/** What shares a budget: the application's own processes, and all else that the measurement needs. */
export type Shares = { apps: Group[]; rest: Group[] }

/**
 * Plans who may use which cores. `fair`: the Node processes of a stack, one or many, share one core, since with more a lone
 * Node process could not use its part, and threads would be compared instead of shapes; PostgreSQL, RabbitMQ and k6 have the
 * others. `colocated`: a stack shares one core with its PostgreSQL and RabbitMQ, and k6 has the others. `naive`: nobody is
 * kept from anything, as it is mostly done.
 */
export async function planBudget(kind: BudgetKind): Promise<Budget> {
  if (kind === 'naive') return { kind, how: NAIVE, cores: null }
  const all = await allowedCores()
  if (!all || all.length < 2) return { kind, how: NOT_POSSIBLE, cores: null }
  const [apps, others] = [all.slice(0, 1), all.slice(1)]
  if (kind === 'colocated') {
    const how = `CPU affinity: a stack's Node processes, its PostgreSQL and its RabbitMQ share ${cores(apps)}; k6 has ${cores(others)}.`
    return { kind, how, cores: { apps, rest: apps, k6: others } }
  }
  const how = `CPU affinity: the Node processes of a stack share ${cores(apps)}, as many as the other's; PostgreSQL, RabbitMQ and k6 share ${cores(others)}, where k6 goes first.`
  return { kind, how, cores: { apps, rest: others, k6: others } }
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

const NAIVE =
  'None: every process may use every core, so that three Node processes can use more of them than one, and k6 and the servers take from whom they meet.'
const NOT_POSSIBLE =
  'None: this system cannot put processes on cores of their own (that takes Linux, taskset and two cores).'

const cores = (list: number[]) => `core${list.length === 1 ? '' : 's'} ${list.join(', ')}`
const pidsOf = (groups: Group[]) => groups.map(({ pid }) => pid)
