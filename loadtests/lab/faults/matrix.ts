import { median } from 'simple-statistics'
import type { Endpoint, MatrixRow, RequestCounts, RunResult } from './result.ts'
import { withShare } from './run/counts.ts'

/** Brings all runs of a fault on a stack together, in the order of their first runs. */
export function toMatrix(runs: RunResult[]): MatrixRow[] {
  const groups = Map.groupBy(runs, ({ fault, stack }) => `${fault} ${stack}`)
  return [...groups.values()].map((group) => {
    const { fault, title, stack } = group[0]!
    const sum = (of: (run: RunResult) => number) => group.reduce((total, run) => total + of(run), 0)
    return {
      fault,
      title,
      stack,
      runs: group.length,
      survived: group.filter(({ survived }) => survived).length,
      healthyAfterMs: spread(group.flatMap(({ healthyAfterMs }) => healthyAfterMs ?? [])),
      failed: addCounts(group.map(({ failed }) => failed)),
      duplicates: sum(({ duplicates }) => duplicates),
      resent: sum(({ resent }) => resent),
      samples: sum(({ samples }) => samples.taken),
      violations: sum(({ violations }) => violations.length),
    }
  })
}

/** Median and worst of some times; null of none. */
export function spread(values: number[]): MatrixRow['healthyAfterMs'] {
  if (values.length === 0) return null
  return { median: Math.round(median(values)), worst: Math.max(...values) }
}

type Counts = Partial<Record<Endpoint, RequestCounts>>

function addCounts(all: Counts[]): Counts {
  const endpoints = [...new Set(all.flatMap((it) => Object.keys(it) as Endpoint[]))]
  return Object.fromEntries(
    endpoints.map((endpoint) => {
      const own = all.flatMap((it) => it[endpoint] ?? [])
      const total = (field: 'asked' | 'failed' | 'unknown') => own.reduce((sum, it) => sum + it[field], 0)
      const counts = { asked: total('asked'), failed: total('failed'), unknown: total('unknown') }
      return [endpoint, withShare(counts)]
    }),
  )
}
