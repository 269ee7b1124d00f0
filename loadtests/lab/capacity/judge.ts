import type { Disturbance, DisturbanceKind } from './disturbances.ts'
import type { Failure } from './failures.ts'

/** What a probe says of its rate. */
export type Verdict = 'held' | 'failed' | 'void'

/** What is to be judged; the results keep it, so that they can be judged again. */
export type Findings = { failures: Failure[]; disturbances: Disturbance[] }

/**
 * The disturbances for which a probe says nothing; empty when it does say something. What held in spite of a disturbance has
 * held, since none makes a stack better than it is; what failed has failed, unless a disturbance explains the whole of it. Where
 * processes were not where they belong, another thing was measured, whatever came of it.
 * @param tolerate what is to be no reason
 */
export function voidsOf(
  { failures, disturbances }: Findings,
  tolerate: DisturbanceKind[] = [],
): Disturbance[] {
  const counted = disturbances.filter(({ kind }) => !tolerate.includes(kind))
  const misplaced = counted.filter(({ kind }) => kind === 'budget')
  if (misplaced.length > 0) return misplaced
  const explains = ({ kind }: Disturbance, failure: Failure) => failure.explainedBy.includes(kind)
  const areExplained = failures.every((failure) => counted.some((it) => explains(it, failure)))
  return areExplained ? counted.filter((it) => failures.some((failure) => explains(it, failure))) : []
}

/** @param it with the disturbances for which it says nothing, as `voidsOf` tells them */
export function verdictOf(it: { failures: Failure[]; void: Disturbance[] }): Verdict {
  if (it.void.length > 0) return 'void'
  return it.failures.length === 0 ? 'held' : 'failed'
}

/** A probe that is void is repeated, up to so many in all. */
export const TRIES = 3

/** Probes until one is not void. @returns `void` when each was, or it was to end before one was not */
export async function untilJudged(
  probe: () => Promise<Verdict>,
  isEnded: () => boolean = () => false,
): Promise<Verdict> {
  for (let i = 0; i < TRIES && !isEnded(); i++) {
    const verdict = await probe()
    if (verdict !== 'void') return verdict
  }
  return 'void'
}
