import type { Result, Round } from './result.ts'
import { faultsOf } from './verdict.ts'

type Facts = Parameters<typeof faultsOf>[0]
type Changes = { work?: number; load?: Partial<Round['load']> }

function facts({ work = 100, load = {} }: Changes = {}): Facts {
  const figures = {
    iterations: 100,
    droppedIterations: 0,
    requests: 100,
    failedRequests: 0,
    checksPassed: 100,
    checksFailed: 0,
    ordersAnswered: 100,
    thresholdsCrossed: [],
    latencies: {},
  }
  const round = { round: 2, stack: 'services', work, load: { ...figures, ...load } } as unknown as Round
  const scenario = { unit: 'settled order' } as Result['scenario']
  const audit = [{ stack: 'services' as const, passed: true, checks: [], orders: {} }]
  return { rounds: [round], scenario, audit }
}

describe('faultsOf', () => {
  it('finds none in a good run', () => {
    expect(faultsOf(facts())).toEqual([])
  })

  it('lets one request in a hundred fail', () => {
    expect(faultsOf(facts({ load: { failedRequests: 1 } }))).toEqual([])
  })

  it.each<[string, Changes, string]>([
    ['nothing settled', { work: 0 }, 'services, round 2: not one settled order was counted'],
    ['k6 dropped iterations', { load: { droppedIterations: 1 } }, 'k6 dropped 1 iterations'],
    ['requests failed', { load: { failedRequests: 2 } }, '2 of 100 requests failed'],
    ['there was no request', { load: { requests: 0 } }, '0 of 0 requests failed'],
    ['a threshold was crossed', { load: { thresholdsCrossed: ['checks: rate>0.99'] } }, 'checks: rate>0.99'],
  ])('says so when %s', (_, changes, sentence) => {
    expect(faultsOf(facts(changes))).toEqual([expect.stringContaining(sentence)])
  })

  it('names every check of the audit that failed', () => {
    const checks = [
      { name: 'I1 orders are whole', ok: true, detail: '' },
      { name: 'I2 stock adds up', ok: false, detail: 'It does not' },
    ]
    const audit = [{ stack: 'monolith' as const, passed: false, checks, orders: {} }]
    expect(faultsOf({ ...facts(), audit })).toEqual([
      'monolith: the audit failed: I2 stock adds up. It does not',
    ])
  })

  it('does not list every round of a run that failed altogether', () => {
    const { rounds, ...rest } = facts({ work: 0 })
    const faults = faultsOf({ ...rest, rounds: Array.from({ length: 10 }, () => rounds[0]!) })
    expect(faults).toHaveLength(5)
    expect(faults.at(-1)).toContain('6 more')
  })
})
