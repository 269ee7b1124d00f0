import { failuresOf } from './failures.ts'

const objective = { p99Ms: 250 }
const good = {
  settled: { p50Ms: 12, p99Ms: 249.9 },
  dropped: 0,
  failedRequests: 0,
  failedChecks: 0,
  answered: 500,
  unsettled: 0,
  lateP99Ms: 3,
  slowestMs: 300,
}
const failures = (changes: Partial<{ [K in keyof typeof good]: (typeof good)[K] | null }>) =>
  failuresOf({ ...good, ...changes } as typeof good, objective)

describe('failuresOf', () => {
  it('is nothing while all is within the objective', () => {
    expect(failures({})).toEqual([])
  })

  it.each<[string, Parameters<typeof failures>[0], string, string]>([
    ['the slow ones', { settled: { p50Ms: 12, p99Ms: 254 } }, 'slow', 'p99 was 254 ms and not under 250 ms'],
    ['what went unsent', { dropped: 4 }, 'dropped', '4 orders went unsent'],
    ['what failed', { failedRequests: 1 }, 'refused', '1 requests failed'],
    ['wrong answers', { failedChecks: 2 }, 'wrong', '2 answers'],
    ['what did not settle', { unsettled: 3 }, 'unsettled', '3 orders did not settle'],
    ['that nothing happened', { answered: 0 }, 'nothing', 'no order settled'],
    ['that nobody saw an order settle', { settled: null }, 'nothing', 'no order settled'],
  ])('tells of %s', (_, changes, kind, words) => {
    expect(failures(changes)).toEqual([
      expect.objectContaining({ kind, why: expect.stringContaining(words) }),
    ])
  })

  it.each<[string, Parameters<typeof failures>[0], string[]]>([
    [
      'a latency, as far as k6 was late',
      { settled: { p50Ms: 9, p99Ms: 300 }, lateP99Ms: 51 },
      ['k6-late', 'k6-cpu', 'company'],
    ],
    ['no latency beyond that', { settled: { p50Ms: 9, p99Ms: 300 }, lateP99Ms: 50 }, []],
    ['what k6 dropped though answers came soon', { dropped: 3, slowestMs: 499 }, ['dropped']],
    ['nothing of what it dropped while it waited for them', { dropped: 3, slowestMs: 500 }, []],
    ['that nothing was sent', { answered: 0, settled: null, slowestMs: 0 }, ['dropped']],
    ['no request that failed', { failedRequests: 1, lateP99Ms: 900 }, []],
    ['no wrong answer', { failedChecks: 1, lateP99Ms: 900 }, []],
    ['no order that did not settle', { unsettled: 1, lateP99Ms: 900 }, []],
  ])('lets a disturbance explain %s', (_, changes, explainedBy) => {
    expect(failures(changes)).toEqual([expect.objectContaining({ explainedBy })])
  })
})
