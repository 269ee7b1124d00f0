import { mean, sampleStandardDeviation } from 'simple-statistics'
import { student975 } from './student.ts'

/** A mean with the bounds of its 95 % interval, in the unit of the values; null bounds where there is one value. */
export type Interval = { mean: number; low: number | null; high: number | null }

/** The arithmetic mean of independent draws from a normal distribution. */
export function meanInterval(values: number[]): Interval {
  if (values.length < 2) return { mean: mean(values), low: null, high: null }
  const half = (student975(values.length - 1) * sampleStandardDeviation(values)) / Math.sqrt(values.length)
  return { mean: mean(values), low: mean(values) - half, high: mean(values) + half }
}

/**
 * The geometric mean of some rounds' values, all above zero, with the interval of their logarithms: it never reaches
 * zero, and the ratio of two such means is the mean of the ratios.
 */
export function geometricInterval(values: number[]): Interval {
  const { mean, low, high } = meanInterval(values.map(Math.log))
  return {
    mean: Math.exp(mean),
    low: low === null ? null : Math.exp(low),
    high: high === null ? null : Math.exp(high),
  }
}
