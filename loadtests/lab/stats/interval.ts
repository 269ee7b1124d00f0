import { mean, sampleVariance } from 'simple-statistics'
import { studentQuantile } from './student.ts'

/** How sure the intervals are that are shown. */
const CONFIDENCE = 0.95

/** A mean with the bounds of its interval, in the unit of the values; null bounds where there is one value. */
export type Interval = { mean: number; low: number | null; high: number | null }

/**
 * The arithmetic mean of independent values, with Student's t interval, exact for any number of normal ones; a point where
 * all are the same.
 * @param values one or more
 * @param confidence how often such intervals hold the true mean
 */
export function meanInterval(values: number[], confidence = CONFIDENCE): Interval {
  const first = values[0]!
  if (values.length < 2) return { mean: first, low: null, high: null }
  if (values.every((it) => it === first)) return { mean: first, low: first, high: first }
  const centre = mean(values)
  const reach = reachOf(standardError(values), values.length - 1, confidence)
  return { mean: centre, low: centre - reach, high: centre + reach }
}

/**
 * The geometric mean of values above zero, with the interval of their logarithms: it never reaches zero, and the ratio of two
 * such means is the mean of the ratios.
 */
export function geometricInterval(values: number[]): Interval {
  const { mean, low, high } = meanInterval(values.map(Math.log))
  return {
    mean: Math.exp(mean),
    low: low === null ? null : Math.exp(low),
    high: high === null ? null : Math.exp(high),
  }
}

/** Half the width of an interval. @param degrees of freedom of the standard error */
export const reachOf = (error: number, degrees: number, confidence = CONFIDENCE) =>
  error * studentQuantile((1 + confidence) / 2, degrees)

/** Of the mean. @param values two or more */
export const standardError = (values: number[]) => Math.sqrt(sampleVariance(values) / values.length)
