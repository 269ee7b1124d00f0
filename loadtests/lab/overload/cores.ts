import { allowedCores, pin, pinTrees } from '../budget/affinity.ts'
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
  const half = Math.ceil(all.length / 2)
  return { stack: all.slice(0, half), k6: all.slice(half) }
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
