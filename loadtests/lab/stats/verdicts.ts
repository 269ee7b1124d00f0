import { LEAST_UNITS, type Ratio } from './ratio.ts'

/** Whether a ratio is above or below 1. */
export type Verdict = 'higher' | 'lower' | 'cannot tell'

type Judged = Pick<Ratio, 'value' | 'p' | 'count'>

/**
 * What can be said of several ratios at once. Of a whole family whose ratios are all 1, one in twenty has a verdict, however
 * many there are: Holm's step-down (A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics
 * 6, 1979), which holds for ratios that depend on each other, too.
 * @param ratios all that are judged together; null where there is none. That, and one of fewer than LEAST_UNITS pairs, counts
 * among them, and is never told
 * @param level how often a family without any difference may have a verdict
 * @returns one for each, in their order
 */
export function verdicts(ratios: (Judged | null)[], level = 0.05): Verdict[] {
  const found: Verdict[] = ratios.map(() => 'cannot tell')
  const byP = ratios.map((_, i) => i).toSorted((a, b) => pOf(ratios[a]!) - pOf(ratios[b]!))
  for (const [place, i] of byP.entries()) {
    if (!(pOf(ratios[i]!) <= level / (byP.length - place))) break
    found[i] = ratios[i]!.value > 1 ? 'higher' : 'lower'
  }
  return found
}

const pOf = (ratio: Judged | null) => (ratio && ratio.count >= LEAST_UNITS ? (ratio.p ?? 1) : 1)
