import { geometricInterval } from './interval.ts'

/** From fewer rounds, no resampling can tell how much rounds differ. */
export const LEAST_ROUNDS = 5

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
 * `value` is the geometric mean, as ratios multiply; the interval is a bootstrap over the pairs.
 * @param resolution a ratio nearer to 1 than this, in either direction, cannot be told from 1: see `resolutionOf`
 * @returns undefined where a value is zero or below, of which there is no ratio
 */
export function pairedRatio(base: number[], other: number[], resolution = 1): Ratio | undefined {
  if (base.length !== other.length) throw new Error('Paired values must be of one length')
  const all = [...base, ...other]
  if (all.length === 0 || all.some((value) => !(value > 0))) return undefined
  const { mean: value, low, high } = geometricInterval(other.map((it, round) => it / base[round]!))
  const isSeen = base.length >= LEAST_ROUNDS && Math.max(value, 1 / value) > resolution
  return { value, low, high, verdict: isSeen ? verdictOf(low!, high!) : 'cannot tell' }
}

/**
 * The smallest ratio, 1 or more, that a run can tell from 1: how far the interval of a stack against itself reaches.
 * @param control the ratio of a stack to itself; without one, nothing is known, and 1 is returned
 */
export function resolutionOf(control: Ratio | undefined | null): number {
  if (!control || control.low === null || control.high === null) return 1
  return Math.max(control.high, 1 / control.low, 1)
}

function verdictOf(low: number, high: number): Ratio['verdict'] {
  if (low > 1) return 'higher'
  return high < 1 ? 'lower' : 'cannot tell'
}
