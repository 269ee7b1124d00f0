import type { DisturbanceKind } from './disturbances.ts'
import type { Objective, Probe } from './probe.ts'

/** Why a stack did not hold what it was offered. */
export type Failure = {
  kind: 'nothing' | 'slow' | 'dropped' | 'refused' | 'wrong' | 'unsettled'
  why: string
  /** The disturbances that may have been the reason instead, had there been any. */
  explainedBy: DisturbanceKind[]
}

/**
 * k6 has users enough for answers of one second. When each came in half of that and it dropped iterations all the same,
 * that was its own doing.
 */
export const USERS_SUFFICE_MS = 500

type Figures = Pick<
  Probe,
  | 'settled'
  | 'dropped'
  | 'failedRequests'
  | 'failedChecks'
  | 'answered'
  | 'unsettled'
  | 'lateP99Ms'
  | 'slowestMs'
>

/**
 * Why a stack did not hold what it was offered; empty when it did. What is late or left out may be due to a k6 that was late
 * itself, but only as far as it was: a refusal, a wrong answer, an order that does not settle and a latency that breaks the
 * objective without k6's part in it are the stack's own.
 */
export function failuresOf(figures: Figures, { p99Ms: mostMs }: Objective): Failure[] {
  const { settled, dropped, failedRequests, failedChecks, answered, unsettled, lateP99Ms, slowestMs } =
    figures
  const failures: Failure[] = []
  const fail = (kind: Failure['kind'], why: string, explainedBy: DisturbanceKind[] = []) =>
    failures.push({ kind, why, explainedBy })
  const droppedByK6: DisturbanceKind[] = slowestMs < USERS_SUFFICE_MS ? ['dropped'] : []

  if (!settled || answered === 0) fail('nothing', 'no order settled while somebody waited', droppedByK6)
  else if (settled.p99Ms >= mostMs)
    fail(
      'slow',
      `p99 was ${Math.round(settled.p99Ms)} ms and not under ${mostMs} ms`,
      settled.p99Ms - lateP99Ms < mostMs ? ['k6-late', 'k6-cpu', 'company'] : [],
    )
  if (dropped > 0)
    fail('dropped', `${dropped} orders went unsent, as every user of k6 was waiting`, droppedByK6)
  if (failedRequests > 0) fail('refused', `${failedRequests} requests failed`)
  if (failedChecks > 0) fail('wrong', `${failedChecks} answers were not as expected`)
  if (unsettled > 0) fail('unsettled', `${unsettled} orders did not settle`)
  return failures
}
