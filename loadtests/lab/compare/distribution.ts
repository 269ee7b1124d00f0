import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js'
import { type Distribution, PERCENTILES } from './k6-summary.ts'

const MICROSECONDS = 1_000
/** An hour: longer than any request may take. */
const HIGHEST = 3_600_000 * MICROSECONDS

/** A latency over one run, all of it: an HDR histogram of microseconds, exact to three digits. @param values milliseconds */
export function distributionOf(values: number[]): Distribution {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  })
  for (const ms of values) histogram.recordValue(Math.max(1, Math.round(ms * MICROSECONDS)))
  const isEmpty = values.length === 0
  return {
    count: values.length,
    mean: isEmpty ? 0 : values.reduce((sum, ms) => sum + ms, 0) / values.length,
    min: isEmpty ? 0 : Math.min(...values),
    max: isEmpty ? 0 : Math.max(...values),
    percentiles: percentilesOf(histogram),
    hdr: encodeIntoCompressedBase64(histogram),
  }
}

/** The distribution of several runs together: histograms add up, percentiles do not. */
export function mergeDistributions(encoded: string[]): Distribution['percentiles'] {
  const [first, ...others] = encoded.map((it) => decodeFromCompressedBase64(it))
  if (!first) return []
  for (const other of others) first.add(other)
  return percentilesOf(first)
}

const percentilesOf = (histogram: Histogram) =>
  PERCENTILES.map((percentile) => ({
    percentile,
    ms: histogram.getValueAtPercentile(percentile) / MICROSECONDS,
  }))
