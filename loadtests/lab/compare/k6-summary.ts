import type { Latency } from './scenarios.ts'

/** Percentiles that are kept of each latency. */
export const PERCENTILES = [5, 10, 25, 50, 75, 90, 95, 99, 99.9] as const
export const TREND_STATS = ['min', ...PERCENTILES.map((p) => `p(${p})`), 'max', 'avg', 'count']

/** A latency over one run, in milliseconds: its smallest, largest and mean value, percentiles, and how many values. */
export type Distribution = {
  count: number
  mean: number
  min: number
  max: number
  percentiles: { percentile: number; ms: number }[]
  /** The whole of it: an HDR histogram of microseconds, compressed, base64; null where k6's summary is all there is. */
  hdr: string | null
}

/** What k6 saw in one run. Rates are shares from 0 to 1. */
export type LoadFigures = {
  iterations: number
  droppedIterations: number
  requests: number
  failedRequests: number
  checksPassed: number
  checksFailed: number
  /** Orders whose answer said that they exist. */
  ordersAnswered: number
  /** For example `http_req_failed: rate<0.01`. */
  thresholdsCrossed: string[]
  /** By the latency's `id`. */
  latencies: Record<string, Distribution>
}

type Metric = Record<string, number> & { thresholds?: Record<string, boolean> }
type Summary = { metrics: Record<string, Metric> }

/** Reads k6's `--summary-export`. */
export function readSummary({ metrics }: Summary, latencies: Latency[]): LoadFigures {
  const of = (name: string, field: string) => metrics[name]?.[field] ?? 0
  return {
    iterations: of('iterations', 'count'),
    droppedIterations: of('dropped_iterations', 'count'),
    requests: of('http_reqs', 'count'),
    // For k6 a request that failed is one that passed the test for failure.
    failedRequests: of('http_req_failed', 'passes'),
    checksPassed: of('checks', 'passes'),
    checksFailed: of('checks', 'fails'),
    ordersAnswered: of('orders_answered', 'count'),
    thresholdsCrossed: crossed(metrics),
    latencies: Object.fromEntries(latencies.map(({ id, metric }) => [id, distributionOf(metrics[metric])])),
  }
}

function distributionOf(metric: Metric | undefined): Distribution {
  const value = (name: string) => metric?.[name] ?? 0
  const percentiles = PERCENTILES.map((percentile) => ({ percentile, ms: value(`p(${percentile})`) }))
  const [mean, min, max] = [value('avg'), value('min'), value('max')]
  return { count: value('count'), mean, min, max, percentiles, hdr: null }
}

/** The summary marks a threshold that was crossed by `true`. */
function crossed(metrics: Summary['metrics']): string[] {
  return Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).flatMap(([threshold, isCrossed]) =>
      isCrossed ? [`${name}: ${threshold}`] : [],
    ),
  )
}
