import { readSummary } from './k6-summary.ts'

const LATENCIES = [{ id: 'settled', title: 'Latency to settle', metric: 'order_settled_ms' }]

const summary = {
  metrics: {
    iterations: { count: 90 },
    dropped_iterations: { count: 2, thresholds: { 'count==0': true } },
    http_reqs: { count: 93 },
    http_req_failed: {
      passes: 3,
      fails: 90,
      value: 0.03,
      thresholds: { 'rate<0.01': true, 'rate<0.5': false },
    },
    checks: { passes: 88, fails: 2 },
    order_settled_ms: { min: 1, 'p(50)': 4, 'p(99.9)': 9, max: 10, avg: 5, count: 45 },
  },
} as unknown as Parameters<typeof readSummary>[0]

describe('readSummary', () => {
  const figures = readSummary(summary, LATENCIES)

  it('reads counts', () => {
    expect(figures).toMatchObject({
      iterations: 90,
      droppedIterations: 2,
      requests: 93,
      failedRequests: 3,
      checksPassed: 88,
      checksFailed: 2,
    })
  })

  it('names the thresholds that were crossed, and no others', () => {
    expect(figures.thresholdsCrossed).toEqual(['dropped_iterations: count==0', 'http_req_failed: rate<0.01'])
  })

  it('reads a latency', () => {
    expect(figures.latencies.settled).toMatchObject({ min: 1, max: 10, mean: 5, count: 45 })
    expect(figures.latencies.settled!.percentiles).toContainEqual({ percentile: 99.9, ms: 9 })
  })
})
