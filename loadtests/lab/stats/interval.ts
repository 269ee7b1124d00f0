import { mean } from 'simple-statistics'
import { bootstrapMean } from './bootstrap.ts'

/** A mean with the bounds of its 95 % bootstrap interval, in the unit of the values; null bounds where there is one value. */
export type Interval = { mean: number; low: number | null; high: number | null }

/** The arithmetic mean of independent values. */
export function meanInterval(values: number[]): Interval {
  if (values.length < 2) return { mean: mean(values), low: null, high: null }
  return { mean: mean(values), ...bootstrapMean(values) }
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
