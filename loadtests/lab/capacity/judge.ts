import type { Objective, Probe } from './probe.ts'

/** Of the CPU time that k6 could have used. Above it, requests wait in k6, and their wait looks like the shop's. */
export const MOST_OF_K6 = 0.8
/** k6 is late when one iteration in a hundred starts so late or later, as a share of the objective. */
export const LATE_SHARE = 0.1
/** From this share of the machine's CPU time on, other programs disturb. */
export const DISTURBED = 0.1
/**
 * k6 has users enough for answers of one second. When each came in half of that and it dropped iterations all the same,
 * that was its own doing.
 */
const USERS_SUFFICE_MS = 500

type Figures = Pick<
  Probe,
  'settled' | 'dropped' | 'failedRequests' | 'failedChecks' | 'answered' | 'unsettled'
>

/** Why a stack did not hold what it was offered, one sentence each; empty when it did. */
export function failuresOf(figures: Figures, objective: Objective): string[] {
  const { settled, dropped, failedRequests, failedChecks, answered, unsettled } = figures
  const failures: string[] = []
  if (!settled || answered === 0) failures.push('no order settled while somebody waited')
  else if (settled.p99Ms >= objective.p99Ms)
    failures.push(`p99 was ${Math.round(settled.p99Ms)} ms and not under ${objective.p99Ms} ms`)
  if (dropped > 0) failures.push(`${dropped} orders went unsent, as every user of k6 was waiting`)
  if (failedRequests > 0) failures.push(`${failedRequests} requests failed`)
  if (failedChecks > 0) failures.push(`${failedChecks} answers were not as expected`)
  if (unsettled > 0) failures.push(`${unsettled} orders did not settle`)
  return failures
}

/** What can make a probe say nothing; `--tolerate` takes these names, as that of `npm run compare` does. */
export const VOIDS = ['k6-late', 'k6-cpu', 'dropped', 'company', 'budget'] as const
export type VoidKind = (typeof VOIDS)[number]

/** What `voidsOf` looks at. */
export type Circumstances = Pick<
  Probe,
  'dropped' | 'failedRequests' | 'lateP99Ms' | 'k6CpuShare' | 'otherCpuShare'
> & {
  /** The slowest answer of all, in milliseconds. */
  slowestMs: number
  /** What is not where the CPU budget puts it, a sentence each. */
  breaches: string[]
}

/** Why a probe says nothing of the stack, one sentence each; empty when it does. @param tolerate what is to be no reason */
export function voidsOf(it: Circumstances, objective: Objective, tolerate: VoidKind[] = []): string[] {
  const droppedAlone = it.dropped > 0 && it.failedRequests === 0 && it.slowestMs < USERS_SUFFICE_MS
  const found: [VoidKind, boolean, string][] = [
    [
      'k6-late',
      it.lateP99Ms >= LATE_SHARE * objective.p99Ms,
      `k6 was late: one iteration in a hundred began ${Math.round(it.lateP99Ms)} ms or more after it was due`,
    ],
    [
      'k6-cpu',
      it.k6CpuShare > MOST_OF_K6,
      `k6 was short of CPU: it used ${percent(it.k6CpuShare)} of what it may use`,
    ],
    [
      'dropped',
      droppedAlone,
      `k6 dropped ${it.dropped} iterations though no answer took longer than ${Math.round(it.slowestMs)} ms`,
    ],
    [
      'company',
      it.otherCpuShare >= DISTURBED,
      `other programs took ${percent(it.otherCpuShare)} of the machine's CPU time`,
    ],
    ['budget', it.breaches.length > 0, `the CPU budget was not kept: ${it.breaches.join('; ')}`],
  ]
  return found.flatMap(([kind, isVoid, why]) => (isVoid && !tolerate.includes(kind) ? [why] : []))
}

const percent = (share: number) => `${Math.round(share * 100)}%`
