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
  return describe(histogram)
}

/** The distribution of several runs together: histograms add up, percentiles do not. @param all one or more with their `hdr` */
export function mergeDistributions(all: Distribution[]): Distribution {
  if (all.length === 1) return all[0]!
  const [first, ...others] = all.map(({ hdr }) => decodeFromCompressedBase64(hdr!))
  for (const other of others) first!.add(other)
  return describe(first!)
}

/** @param percentile one of `PERCENTILES` @returns milliseconds */
export const percentileOf = ({ percentiles }: Distribution, percentile: number): number =>
  percentiles.find((it) => it.percentile === percentile)!.ms

function describe(histogram: Histogram): Distribution {
  const isEmpty = histogram.totalCount === 0
  return {
    count: histogram.totalCount,
    mean: isEmpty ? 0 : histogram.mean / MICROSECONDS,
    min: isEmpty ? 0 : histogram.minNonZeroValue / MICROSECONDS,
    max: histogram.maxValue / MICROSECONDS,
    percentiles: PERCENTILES.map((percentile) => ({
      percentile,
      ms: histogram.getValueAtPercentile(percentile) / MICROSECONDS,
    })),
    hdr: encodeIntoCompressedBase64(histogram),
  }
}
