import { meanInterval, standardError } from './interval.ts'
import { pOfZero } from './student.ts'

// Asked for once: in a test's own context, every look at a global takes many times as long.
const { exp, log, max } = Math
const { POSITIVE_INFINITY } = Number

/** From fewer pairs, nothing is told: Student's t holds for normal values alone, and so few cannot show that they are not. */
export const LEAST_UNITS = 5

/** How many times `other` is `base`. */
export type Ratio = {
  /** The geometric mean over the pairs. */
  value: number
  /** The bounds of its 95 % interval; null with one pair. */
  low: number | null
  high: number | null
  /** The two-sided p-value of "it is 1", for this ratio alone; null with one pair. */
  p: number | null
  /** How many pairs there were. */
  count: number
}

/**
 * The ratio of paired values: the n-th of both come from the same block, and so share what the machine did then. Its interval
 * and p-value are Student's t of the logarithms, as ratios multiply.
 * @returns undefined where there is none: see `haveRatio`
 */
export function pairedRatio(base: number[], other: number[]): Ratio | undefined {
  if (base.length !== other.length) throw new Error('Paired values must be of one length')
  if (!haveRatio(base, other)) return undefined
  const logs = other.map((it, pair) => log(it / base[pair]!))
  const { mean, low, high } = meanInterval(logs)
  return {
    value: exp(mean),
    low: low === null ? null : exp(low),
    high: high === null ? null : exp(high),
    p: low === null ? null : pOfZero(mean, standardError(logs), logs.length - 1),
    count: logs.length,
  }
}

/** Of nothing there is no ratio, nor of what is zero, below, or without end. */
export const haveRatio = (base: number[], other: number[]) =>
  base.length > 0 &&
  other.length > 0 &&
  [...base, ...other].every((value) => value > 0 && value < POSITIVE_INFINITY)

/** By how much a ratio is known: 0.05 when its interval reaches 5 % beyond it. Infinity where nothing is. */
export function relativeWidth({ value, low, high }: Pick<Ratio, 'value' | 'low' | 'high'>): number {
  if (low === null || high === null) return POSITIVE_INFINITY
  return max(high / value, value / low) - 1
}
