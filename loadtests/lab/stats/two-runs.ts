import { mean, sampleVariance } from 'simple-statistics'
import { reachOf } from './interval.ts'
import { haveRatio, type Ratio } from './ratio.ts'
import { pOfZero } from './student.ts'

/** How many times one run's figure is the other's, with its 95 % interval and the p-value of "it is 1"; null where a run has one value. */
export type RunRatio = Omit<Ratio, 'count'>

/**
 * The ratio of the geometric means of two runs that share no blocks: Welch's t of the logarithms, which takes neither their
 * spreads nor their numbers to be the same (The Generalization of "Student's" Problem, Biometrika 34, 1947).
 * @param before values of independent blocks, @param after likewise
 * @returns undefined where there is none: see `haveRatio`
 */
export function ratioOfRuns(before: number[], after: number[]): RunRatio | undefined {
  if (!haveRatio(before, after)) return undefined
  const [old, now] = [before.map(Math.log), after.map(Math.log)]
  const difference = mean(now) - mean(old)
  const value = Math.exp(difference)
  if (Math.min(old.length, now.length) < 2) return { value, low: null, high: null, p: null }
  const parts = [old, now].map((logs) => ({
    variance: sampleVariance(logs) / logs.length,
    degrees: logs.length - 1,
  }))
  const error = Math.sqrt(parts[0]!.variance + parts[1]!.variance)
  const degrees = degreesOf(parts)
  const reach = reachOf(error, degrees)
  return {
    value,
    low: Math.exp(difference - reach),
    high: Math.exp(difference + reach),
    p: pOfZero(difference, error, degrees),
  }
}

/** Welch and Satterthwaite's, rounded down, which is never below the fewer of both: without spread, that. */
function degreesOf(parts: { variance: number; degrees: number }[]): number {
  const least = Math.min(...parts.map(({ degrees }) => degrees))
  const sum = parts.reduce((total, { variance }) => total + variance, 0)
  if (sum === 0) return least
  // Shares, as the square of a small variance can be too small for a number.
  const inverse = parts.reduce((total, { variance, degrees }) => total + (variance / sum) ** 2 / degrees, 0)
  return Math.max(least, Math.floor(1 / inverse))
}
