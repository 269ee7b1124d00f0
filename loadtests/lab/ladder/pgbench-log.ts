import { quantileSorted } from 'simple-statistics'

/** What pgbench did between two moments: how many transactions ended, and the median of what they took, in milliseconds. */
export type PgbenchFigures = { transactions: number; p50Ms: number }

/**
 * Reads a pgbench log of single transactions: `client number microseconds script second microsecond …`. With a rate, what
 * one took is counted from the moment at which it was due.
 * @param from in milliseconds since 1970
 * @throws Error when none ended between the moments
 */
export function readPgbenchLog(log: string, from: number, to: number): PgbenchFigures {
  const took: number[] = []
  for (const line of log.split('\n')) {
    const [, , microseconds, , second, microsecond] = line.split(' ').map(Number)
    if (microsecond === undefined) continue
    const ended = second! * 1000 + microsecond / 1000
    if (ended >= from && ended < to) took.push(microseconds! / 1000)
  }
  if (took.length === 0) throw new Error('pgbench ended no transaction while it was measured')
  took.sort((a, b) => a - b)
  return { transactions: took.length, p50Ms: quantileSorted(took, 0.5) }
}
