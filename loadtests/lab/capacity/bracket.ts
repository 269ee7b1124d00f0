import type { Verdict } from './judge.ts'

/** Rates in orders a second. `high` is null when all that may be tried held. */
export type Bracket = { low: number; high: number | null }

export type BracketLimits = {
  /** The first rate to try, and the least and the most that may be. */
  first: number
  least: number
  most: number
  /** How often the gap is halved, on a scale of ratios. */
  halvings: number
}

/**
 * Finds two rates between which the edge lies about: doubles the rate until it does not hold twice in a row, or halves it
 * until it does, then bisects. It is the search that RFC 2544 (26.1) has for throughput. One probe decides, so a stack whose
 * probes differ can lead it astray: what comes after it repeats, and widens the bracket where that was wrong.
 * @returns `low` 0 when not even the least rate held
 */
export async function findBracket(
  attempt: (rate: number) => Promise<Verdict>,
  { first, least, most, halvings }: BracketLimits,
): Promise<Bracket> {
  const holds = async (rate: number) => (await attempt(rate)) === 'held'
  // A machine hiccups sooner than it does better than it can, and a false end here is the one that costs most.
  const holdsAtLast = async (rate: number) => (await holds(rate)) || (await holds(rate))

  let low = 0
  let high = Math.min(first, most)
  while (await holdsAtLast(high)) {
    if (high === most) return { low: high, high: null }
    low = high
    high = Math.min(high * 2, most)
  }
  while (low === 0) {
    if (high <= least) return { low, high }
    const lower = Math.max(least, Math.round(high / 2))
    if (await holdsAtLast(lower)) low = lower
    else high = lower
  }
  for (let i = 0; i < halvings; i++) {
    const middle = Math.round(Math.sqrt(low * high))
    if (middle === low || middle === high) break
    if (await holds(middle)) low = middle
    else high = middle
  }
  return { low, high }
}
