import { errorFunction, mean, quantileSorted } from 'simple-statistics'
import { randomNumbers } from '../random.ts'
import { student975 } from './student.ts'

// Asked for once: in a test's own context, every look at a global takes many times as long.
const { floor } = Math
const RESAMPLES = 10_000
/** The same values have the same interval, whenever they are looked at. */
const SEED = 20_15

/**
 * The 95 % bootstrap interval of the mean of independent values: the values are drawn again with replacement, ten thousand
 * times, and the percentiles of these means are its ends. With few values the plain percentile interval is too narrow; this is
 * the expanded one (Hesterberg, What Teachers Should Know about the Bootstrap, The American Statistician 69, 2015, section
 * 5.3), whose percentiles are those that would make it as wide as Student's where the values are normal.
 * @param values two or more
 */
export function bootstrapMean(values: number[]): { low: number; high: number } {
  const random = randomNumbers(SEED)
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[floor(random() * values.length)]!
    return sum / values.length
  }).sort()
  const tail = expandedTail(values.length)
  const at = (share: number) => quantileSorted(means as unknown as number[], share)
  return { low: Math.min(at(tail), mean(values)), high: Math.max(at(1 - tail), mean(values)) }
}

/** The share of resamples beyond each end. */
const expandedTail = (n: number) => normalBelow(-Math.sqrt(n / (n - 1)) * student975(n - 1))

const normalBelow = (z: number) => Math.max(0, (1 + errorFunction(z / Math.SQRT2)) / 2)
