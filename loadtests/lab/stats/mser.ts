import { mean } from 'simple-statistics'

const BATCH = 5

/**
 * Where a series becomes steady, by MSER-5 (White, An Effective Truncation Heuristic for Bias Reduction in Simulation Output,
 * Simulation 69, 1997): of means of five values each, as many are cut from the front as make the standard error of the rest
 * least.
 * @param series values in the order in which they came, for latencies their logarithms, so that one outlier is no trend
 * @param drift by how much the means of its halves may differ in a series that is steady: in a short one, the best cut lies
 * in the last half now and then by chance
 * @returns how many values to cut; null when the best cut lies in the last half, and the halves differ by more than that: such
 * a series has not become steady
 */
export function steadyFrom(series: number[], drift = 0): number | null {
  const batches = Math.floor(series.length / BATCH)
  if (batches < 2) return null
  let best = { cut: batches, error: Number.POSITIVE_INFINITY }
  // From the back, with running sums, so that each cut costs one step.
  let [sum, squares] = [0, 0]
  for (let cut = batches - 1; cut >= 0; cut--) {
    const value = batchMean(series, cut * BATCH)
    sum += value
    squares += value * value
    const left = batches - cut
    // The last few say by chance that they agree.
    if (left < LEAST_LEFT) continue
    const error = (squares - (sum * sum) / left) / (left * left)
    if (error <= best.error) best = { cut, error }
  }
  if (best.cut <= batches / 2) return best.cut * BATCH
  const half = Math.floor(series.length / 2)
  return Math.abs(mean(series.slice(half)) - mean(series.slice(0, half))) > drift ? null : 0
}

const LEAST_LEFT = 5

function batchMean(series: number[], from: number): number {
  let sum = 0
  for (let i = from; i < from + BATCH; i++) sum += series[i]!
  return sum / BATCH
}
