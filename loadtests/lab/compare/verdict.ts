import type { Result } from './result.ts'

const MOST_FAILED = 0.01
const EXAMPLES = 4

/** Why the figures of a run say nothing; empty when they do say something. One sentence each. */
export function faultsOf({
  rounds,
  audit,
  scenario,
}: Pick<Result, 'rounds' | 'audit' | 'scenario'>): string[] {
  const faults = rounds.flatMap(({ stack, round, load, work }) => {
    const where = `${stack}, round ${round}`
    const found: string[] = []
    if (work === 0) found.push(`${where}: not one ${scenario.unit} was counted`)
    if (load.droppedIterations > 0)
      found.push(
        `${where}: k6 dropped ${load.droppedIterations} iterations, so it offered less than the rate`,
      )
    if (load.requests === 0 || load.failedRequests / load.requests > MOST_FAILED)
      found.push(`${where}: ${load.failedRequests} of ${load.requests} requests failed`)
    if (load.thresholdsCrossed.length > 0)
      found.push(`${where}: k6 thresholds were crossed (${load.thresholdsCrossed.join('; ')})`)
    return found
  })
  return [...shortened(faults), ...auditFaults(audit)]
}

function auditFaults(audit: Result['audit']): string[] {
  return audit.flatMap(({ stack, checks }) =>
    checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => `${stack}: the audit failed: ${name}. ${detail}`),
  )
}

function shortened(faults: string[]): string[] {
  if (faults.length <= EXAMPLES) return faults
  return [
    ...faults.slice(0, EXAMPLES),
    `and ${faults.length - EXAMPLES} more of this kind: see rounds in result.json`,
  ]
}
