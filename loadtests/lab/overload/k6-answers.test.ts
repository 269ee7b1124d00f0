import type { LoadFigures } from '../compare/k6-summary.ts'
import { answersOf } from './k6-answers.ts'

const latency = (count: number) => ({
  count,
  mean: 9,
  min: 1,
  max: 99,
  percentiles: [
    { percentile: 50, ms: 8 },
    { percentile: 99, ms: 64 },
  ],
})

const figures = {
  iterations: 90,
  droppedIterations: 10,
  latencies: { accepted: latency(50), refused: latency(0) },
} as unknown as LoadFigures

const LOG = `level=info msg=running
started 1700000000123
lost 7
wrong 500 {"title":"The shop failed"}
lost 12
wrong 504 a
wrong 504 b
wrong 504 c`

describe('answersOf', () => {
  const metrics = {
    orders_answered: { count: 50 },
    orders_refused: { count: 30 },
    answers_wrong: { count: 4 },
  }

  it('reads counts, what was lost and when it began', () => {
    const { seen, lost, startedAt } = answersOf(metrics, LOG, figures)
    expect(startedAt).toBe(1_700_000_000_123)
    expect([...lost]).toEqual([7, 12])
    expect(seen).toMatchObject({ offered: 100, notSent: 10, accepted: 50, refused: 30, rateLimited: 0 })
    expect(seen.acceptedLatency).toEqual({ p50Ms: 8, p99Ms: 64 })
    expect(seen.refusedLatency).toBeNull()
  })

  it('keeps a few wrong answers of many', () => {
    const { wrong } = answersOf(metrics, LOG, figures).seen
    expect(wrong).toEqual({ count: 4, examples: ['500 {"title":"The shop failed"}', '504 a', '504 b'] })
  })

  it('says so when nothing began', () => {
    expect(() => answersOf({}, 'GoError: no such file\n', figures)).toThrow('GoError: no such file')
  })
})
