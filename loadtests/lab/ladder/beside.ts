import { sum } from 'simple-statistics'
import { readTable, readTree } from '../sample/reader.ts'
import type { Ladder, Rung } from './rung.ts'

/**
 * Begins to watch the rungs that are not under load: they run on, idle, and are no strangers.
 * @returns what says how much CPU time they have used since, in milliseconds
 */
export function watchBeside({ rungs }: Pick<Ladder, 'rungs'>, loaded: Rung): () => number {
  const pidsOf = ({ apps, servers }: Rung) => [...apps, ...servers].map(({ pid }) => pid)
  const beside = new Set(rungs.flatMap(pidsOf)).difference(new Set(pidsOf(loaded)))
  const cpuMs = () => {
    const table = readTable()
    return sum([...beside].map((pid) => readTree(table, pid, 'RSS')?.cpuMs ?? 0))
  }
  const before = cpuMs()
  return () => cpuMs() - before
}
