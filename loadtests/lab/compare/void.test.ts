import { distributionOf } from './distribution.ts'
import type { Round } from './result.ts'
import type { Scenario } from './scenarios.ts'
import { VOIDS, type VoidKind, voidsOf } from './void.ts'

const scenario = { unit: 'settled order' } as Scenario

type Changes = Partial<Omit<Round, 'load'>> & { load?: Partial<Round['load']> }

function round({ load, ...changes }: Changes = {}): Omit<Round, 'void'> {
  const figures = {
    iterations: 100,
    droppedIterations: 0,
    requests: 100,
    failedRequests: 0,
    thresholdsCrossed: [],
    startedLate: distributionOf(Array.from({ length: 100 }, () => 0)),
    cut: { settled: 0 },
    ...load,
  }
  return {
    round: 2,
    stack: 'services',
    work: 100,
    otherCpuShare: 0,
    k6CpuShare: 0.2,
    orders: { answered: 100, unknown: 0, stored: 100 },
    ...changes,
    load: figures,
  } as Omit<Round, 'void'>
}

const late = distributionOf([...Array.from({ length: 98 }, () => 0), 50, 50])

const SABOTAGED: [VoidKind, Changes, string][] = [
  ['nothing', { work: 0 }, 'not one settled order was counted'],
  ['dropped', { load: { droppedIterations: 1 } }, 'k6 dropped 1 iterations'],
  ['failed', { load: { failedRequests: 2 }, orders: null }, '2 of 100 requests failed'],
  ['failed', { load: { requests: 0 } }, '0 of 0 requests failed'],
  ['thresholds', { load: { thresholdsCrossed: ['checks: rate>0.99'] } }, 'checks: rate>0.99'],
  ['k6-cpu', { k6CpuShare: 0.81 }, 'k6 was short of CPU: it used 81%'],
  ['k6-late', { load: { startedLate: late } }, 'k6 was late'],
  ['orders', { orders: { answered: 100, unknown: 0, stored: 99 } }, 'told of 100 orders'],
  ['orders', { orders: { answered: 100, unknown: 1, stored: 102 } }, 'the database has 102'],
  ['company', { otherCpuShare: 0.06 }, 'took 6%'],
  ['unsteady', { load: { cut: { settled: 10, accepted: null } } }, '"accepted" did not become steady'],
]

describe('voidsOf', () => {
  const options = { scenario, tolerate: [] }

  it('finds nothing against a good round, nor against one failed request in a hundred', () => {
    expect(voidsOf(round(), [], options)).toEqual([])
    const oneFailed = round({
      load: { failedRequests: 1 },
      orders: { answered: 99, unknown: 1, stored: 100 },
    })
    expect(voidsOf(oneFailed, [], options)).toEqual([])
  })

  it.each(SABOTAGED)('%s: %j', (kind, changes, sentence) => {
    expect(voidsOf(round(changes), [], options)).toEqual([expect.stringContaining(sentence)])
    expect(voidsOf(round(changes), [], { scenario, tolerate: [kind] })).toEqual([])
  })

  it('says who broke the budget', () => {
    const breach = 'orders may use core 0, 1 and not just 0'
    expect(voidsOf(round(), [breach], options)).toEqual([expect.stringContaining(breach)])
  })

  it('counts browsers without orders', () => {
    expect(voidsOf(round({ orders: null }), [], options)).toEqual([])
  })

  it('is tested for every kind', () => {
    expect(new Set([...SABOTAGED.map(([kind]) => kind), 'budget'])).toEqual(new Set(VOIDS))
  })
})
