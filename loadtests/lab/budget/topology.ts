import { readdir, readFile } from 'node:fs/promises'
import { parseCoreList } from './affinity.ts'

/**
 * Which of the system's cores are hardware threads of the same physical core: `[[0, 4], [1, 5]]`. Empty where it does not tell.
 * @param dir as Linux has it
 */
export async function readSiblings(dir = '/sys/devices/system/cpu'): Promise<number[][]> {
  const names = await readdir(dir).catch(() => [])
  const cores = names.filter((name) => /^cpu\d+$/.test(name))
  const lists = await Promise.all(
    cores.map((core) => readFile(`${dir}/${core}/topology/thread_siblings_list`, 'utf8').catch(() => '')),
  )
  const distinct = new Set(lists.map((list) => list.trim()).filter(Boolean))
  return [...distinct].map(parseCoreList)
}

/** Cores by the physical core that they are hardware threads of, in the order of the first of each. */
export function physicalCores(cores: number[], siblings: number[][]): number[][] {
  const groups = Map.groupBy(cores, (core) => siblings.find((it) => it.includes(core)) ?? core)
  return [...groups.values()]
}

/** Cores in two halves, the first the larger. Only where there is one physical core are its threads parted. */
export function halvesOf(cores: number[], siblings: number[][]): [number[], number[]] {
  const physical = physicalCores(cores, siblings)
  const parts = physical.length > 1 ? physical : cores.map((core) => [core])
  const half = Math.ceil(parts.length / 2)
  const sorted = (some: number[][]) => some.flat().toSorted((a, b) => a - b)
  return [sorted(parts.slice(0, half)), sorted(parts.slice(half))]
}
