import { distributionOf } from './distribution.ts'
import { HARD, isDisturbed, isHard, type Mark, marksOf, SOFT } from './marks.ts'
import type { Round } from './result.ts'

type Looked = Parameters<typeof marksOf>[0]
type Changes = Partial<Omit<Looked, 'load'>> & { load?: Partial<Round['load']> }

const NOBODY = { share: 0, stolen: 0, programs: [] }
const late = (ms: number) => distributionOf([...Array.from({ length: 98 }, () => 0), ms, ms])

function round({ load, ...changes }: Changes = {}): Looked {
  const figures = {
    iterations: 100,
    droppedIterations: 0,
    requests: 100,
    failedRequests: 0,
    thresholdsCrossed: [],
    startedLate: late(0),
    unsteady: [],
    ...load,
  } as unknown as Round['load']
  return {
    work: 100,
    company: NOBODY,
    k6CpuShare: 0.2,
    orders: { answered: 100, unknown: 0, stored: 100 },
    ...changes,
    load: figures,
  }
}

const SABOTAGED: [Mark['kind'], Changes, string][] = [
  ['nothing', { work: 0 }, 'not one settled order was counted'],
  ['orders', { orders: { answered: 100, unknown: 0, stored: 99 } }, 'told of 100 orders'],
  ['orders', { orders: { answered: 100, unknown: 1, stored: 102 } }, 'the database has 102'],
  [
    'company',
    { company: { share: 0.06, stolen: 0, programs: [{ name: 'chrome', share: 0.06 }] } },
    'took 6% of this machine',
  ],
  ['company', { company: { share: 0.06, stolen: 0.06, programs: [] } }, 'the host took 6%'],
  ['k6-late', { load: { startedLate: late(50) } }, 'k6 was late'],
  ['k6-cpu', { k6CpuShare: 0.81 }, 'k6 was short of CPU: it used 81 %'],
  ['dropped', { load: { droppedIterations: 1 } }, 'k6 dropped 1 iterations'],
  ['failed', { load: { failedRequests: 2 }, orders: null }, '2 of 100 requests failed'],
  ['failed', { load: { requests: 0 } }, '0 of 0 requests failed'],
  ['thresholds', { load: { thresholdsCrossed: ['checks: rate>0.99'] } }, 'checks: rate>0.99'],
  ['unsteady', { load: { unsteady: ['accepted'] } }, '"accepted" rose or fell'],
]

describe('marksOf', () => {
  const marks = (changes?: Changes, breaches: string[] = []) =>
    marksOf(round(changes), breaches, 'settled order')

  it('finds nothing against a good round, nor where all is just within its limit', () => {
    expect(marks()).toEqual([])
    const within: Changes = {
      company: { ...NOBODY, share: 0.049 },
      k6CpuShare: 0.8,
      load: { failedRequests: 1, startedLate: late(9.9) },
      orders: { answered: 99, unknown: 1, stored: 100 },
    }
    expect(marks(within)).toEqual([])
  })

  it.each(SABOTAGED)('%s: %j', (kind, changes, sentence) => {
    expect(marks(changes)).toEqual([{ kind, why: expect.stringContaining(sentence) }])
  })

  it('says who broke the budget', () => {
    const breach = 'orders may use core 0, 1 and not just 0'
    expect(marks({}, [breach])).toEqual([{ kind: 'budget', why: expect.stringContaining(breach) }])
  })

  it('does not ask for orders where none are placed, nor for the CPU of a k6 that nobody counts', () => {
    expect(marks({ orders: null, k6CpuShare: null })).toEqual([])
  })

  it('is tested for every kind', () => {
    const tested = [...SABOTAGED.map(([kind]) => kind), 'budget']
    expect(new Set(tested)).toEqual(new Set([...HARD, ...SOFT]))
  })
})

describe('isDisturbed', () => {
  it.each(SOFT)('%s disturbs, and does not where it is tolerated', (kind) => {
    const marks = [{ kind, why: '' }]
    expect(isDisturbed({ marks })).toBe(true)
    expect(isDisturbed({ marks }, [kind])).toBe(false)
    expect(
      isDisturbed(
        { marks },
        SOFT.filter((it) => it !== kind),
      ),
    ).toBe(true)
  })

  it.each(HARD)('%s is no disturbance, but worse', (kind) => {
    expect(isDisturbed({ marks: [{ kind, why: '' }] })).toBe(false)
    expect(isHard({ kind, why: '' })).toBe(true)
  })
})
