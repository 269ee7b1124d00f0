import type { Load, StackOverload } from './result.ts'
import { RECOVERS_WITHIN_MS } from './rules.ts'

const WITHIN = `within ${RECOVERS_WITHIN_MS / 1000} s of its end`

/**
 * What is not as it must be, a sentence each; none is about how fast something was.
 * @param complaints of the stop
 */
export function faultsOf(
  { loads, audit }: Pick<StackOverload, 'loads' | 'audit'>,
  complaints: string[],
): string[] {
  return [
    ...loads.flatMap(faultsOfLoad),
    ...audit.checks.filter(({ ok }) => !ok).map(({ name, detail }) => `The audit failed: ${name}. ${detail}`),
    ...complaints.map((it) => `At the stop: ${it}`),
  ]
}

function faultsOfLoad({ factor, wrong, recovery, refusedWithoutRetryAfter }: Load): string[] {
  const faults: string[] = []
  const at = `at ${factor} times the capacity`
  if (wrong.count > 0)
    faults.push(
      `${wrong.count} answers ${at} were neither 2xx nor 409, 429 or 503: ${wrong.examples.join('; ')}`,
    )
  if (refusedWithoutRetryAfter > 0)
    faults.push(`${refusedWithoutRetryAfter} answers 503 ${at} had no Retry-After`)
  if (recovery.orderSettledAfterMs === null) faults.push(`After the load ${at}, no order settled ${WITHIN}`)
  if (recovery.quietAfterMs === null) faults.push(`After the load ${at}, something was under way ${WITHIN}`)
  return faults
}
