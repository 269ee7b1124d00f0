import { allowedCores, pin, pinTrees } from '../budget/affinity.ts'
import type { Budget } from '../budget/budget.ts'
import { halvesOf, readSiblings } from '../budget/topology.ts'
import type { Group } from '../sample/sampler.ts'
import type { Cores } from './result.ts'

/**
 * Shares the cores out: half for the stack and its servers, half for k6 and this command. Otherwise k6 would take from a
 * stack the more, the more it offers, and it would look as if the stack could not hold its goodput.
 * @returns null where that cannot be done: on one core, or without Linux and its `taskset`
 */
export async function splitCores(): Promise<Cores> {
  const all = (await allowedCores()) ?? []
  if (all.length < 2) return null
  const [stack, k6] = halvesOf(all, await readSiblings())
  return { stack, k6 }
}

/** Puts a stack on its cores, and this process, with all that it starts from now on, on the others. */
export async function moveToCores(groups: Group[], cores: Cores): Promise<void> {
  if (!cores) return
  await pinTrees(
    groups.map(({ pid }) => pid),
    cores.stack,
  )
  await pin(process.pid, cores.k6)
}

/** The same as a budget: a stack and its servers share their cores. */
export const budgetOf = (cores: Cores): Budget =>
  cores
    ? {
        kind: 'colocated',
        how: `CPU affinity: a stack and its servers have cores ${cores.stack.join(', ')}, k6 has ${cores.k6.join(', ')}.`,
        cores: { apps: cores.stack, rest: cores.stack, k6: cores.k6, idle: [] },
      }
    : { kind: 'naive', how: 'None.', cores: null }
