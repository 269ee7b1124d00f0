import { mean, sampleVariance } from 'simple-statistics'

const BATCH = 10
/** From fewer values, nothing can be told. */
const LEAST = 40
/** A tenth: the logarithm of a ratio. */
const DRIFT = Math.log(1.1)
const ERRORS = 3

/**
 * Whether a round did not drift: the means of its halves differ by a tenth at most, or by no more than three standard errors.
 * Errors are those of means of ten values that came one after another (batch means: Law, Simulation Modeling and Analysis),
 * since the next latency is like the last one, and many of them say less than as many independent ones; but not below those of
 * independent values, as a handful of batches can agree by chance.
 * @param values logarithms of latencies, in the order in which they came; fewer than 40 are taken to be steady
 */
export function isSteady(values: number[]): boolean {
  if (values.length < LEAST) return true
  // Whole batches; what is in the middle belongs to neither half.
  const half = Math.floor(values.length / 2 / BATCH) * BATCH
  const halves = [values.slice(0, half), values.slice(-half)]
  const [first, last] = halves.map(mean)
  const distance = Math.abs(last! - first!)
  const error = Math.max(errorOf(halves), errorOf(halves.map(batchMeans)))
  return distance <= DRIFT || distance <= ERRORS * error
}

/** The standard error of the difference of two means. */
const errorOf = (halves: number[][]) =>
  Math.sqrt(halves.reduce((total, half) => total + sampleVariance(half) / half.length, 0))

const batchMeans = (values: number[]) =>
  Array.from({ length: values.length / BATCH }, (_, i) => mean(values.slice(i * BATCH, (i + 1) * BATCH)))
