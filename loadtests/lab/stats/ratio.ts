import { geometricInterval } from './interval.ts'

/** Fewer rounds say nothing of how much rounds differ. */
export const LEAST_ROUNDS = 3

/**
 * How many times `other` is `base`, with a 95 % interval.
 * `verdict` is `higher` or `lower` where the whole interval lies above or below 1, else `cannot tell`.
 */
export type Ratio = {
  value: number
  low: number | null
  high: number | null
  verdict: 'higher' | 'lower' | 'cannot tell'
}

/**
 * The ratio of paired values: the n-th of both come from the same round, and so share what the machine did then.
 * `value` is the geometric mean, as ratios multiply.
 * @returns undefined where a value is zero or below, of which there is no ratio
 */
export function pairedRatio(base: number[], other: number[]): Ratio | undefined {
  if (base.length !== other.length) throw new Error('Paired values must be of one length')
  const all = [...base, ...other]
  if (all.length === 0 || all.some((value) => !(value > 0))) return undefined
  const { mean, low, high } = geometricInterval(other.map((value, round) => value / base[round]!))
  return { value: mean, low, high, verdict: verdictOf(low, high, base.length) }
}

function verdictOf(low: number | null, high: number | null, rounds: number): Ratio['verdict'] {
  if (low === null || high === null || rounds < LEAST_ROUNDS) return 'cannot tell'
  if (low > 1) return 'higher'
  return high < 1 ? 'lower' : 'cannot tell'
}
