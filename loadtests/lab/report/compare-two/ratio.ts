import { mean, quantileSorted, sampleVariance } from 'simple-statistics'
import { randomNumbers } from '../../random.ts'

// Asked for once: in a test's own context, every look at a global takes many times as long.
const { floor } = Math
const RESAMPLES = 5_000

/** How many times one run's figure is the other's, with a 95 % interval; null bounds where there are too few values. */
export type RunRatio = { value: number; low: number | null; high: number | null }

/**
 * The ratio of two runs that share no rounds: of their geometric means, with a bootstrap-t interval. Each run's rounds are
 * drawn again with replacement, and what is looked at is how far the ratio of such draws lies from the true one, in standard
 * errors of their own. Unlike plain percentiles that is not too narrow with five rounds (Efron and Tibshirani, An
 * Introduction to the Bootstrap, 1993, section 12.5).
 * @param before values of independent rounds, @param after likewise; their numbers may differ
 * @param seed the same values and seed have the same interval
 * @returns undefined where a value is zero or below, of which there is no ratio
 */
export function ratioOfRuns(before: number[], after: number[], seed: number): RunRatio | undefined {
  if (before.length === 0 || after.length === 0) return undefined
  if ([...before, ...after].some((value) => !(value > 0))) return undefined
  const logs = { before: before.map(Math.log), after: after.map(Math.log) }
  const difference = differenceOf(logs)
  const value = Math.exp(difference.value)
  if (Math.min(before.length, after.length) < 2) return { value, low: null, high: null }
  if (difference.error === 0) return { value, low: value, high: value }

  const random = randomNumbers(seed)
  const again = (values: number[]) => values.map(() => values[floor(random() * values.length)]!)
  const distances = Array.from({ length: RESAMPLES }, () => {
    const drawn = differenceOf({ before: again(logs.before), after: again(logs.after) })
    return inErrors(drawn.value - difference.value, drawn.error)
  }).sort((a, b) => a - b)
  const end = (share: number) => difference.value - quantileSorted(distances, share) * difference.error
  const [low, high] = [end(0.975), end(0.025)]
  // Where many draws are of one value over and over, there is nothing to measure a distance by.
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { value, low: null, high: null }
  return { value, low: Math.exp(low), high: Math.exp(high) }
}

type Logs = { before: number[]; after: number[] }

/** The difference of the means, and its standard error. */
function differenceOf({ before, after }: Logs): { value: number; error: number } {
  const value = mean(after) - mean(before)
  if (Math.min(before.length, after.length) < 2) return { value, error: 0 }
  const variance = sampleVariance(before) / before.length + sampleVariance(after) / after.length
  return { value, error: Math.sqrt(variance) }
}

function inErrors(distance: number, error: number): number {
  if (error > 0) return distance / error
  return distance === 0 ? 0 : Math.sign(distance) * Number.POSITIVE_INFINITY
}
