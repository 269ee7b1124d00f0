import type { Budget } from '../budget/budget.ts'
import type { Target } from './backend.ts'
import { distributionOf } from './distribution.ts'
import type { Figures } from './measure.ts'
import { chooseRate } from './rates.ts'

const RATES = [60, 40, 20, 10]
const SECONDS = 4
const BUDGET = { kind: 'fair', how: '', cores: { apps: [0], rest: [1], k6: [1], idle: [] } } as Budget
const target = (arm: string, cpuMsEach: number, seen: Partial<Seen> = {}) => ({
  target: { arm, shares: { apps: [], rest: [] } } as unknown as Target,
  cpuMsEach,
  seen: { lateMs: 0, dropped: 0, k6Share: 0.1, ...seen },
})
type Seen = { lateMs: number; dropped: number; k6Share: number }
type Made = ReturnType<typeof target>

/** A stack whose processes need so much CPU time for an order, and servers that need ten times that. */
async function choose(arms: Made[], budget = BUDGET) {
  const asked: [string, number][] = []
  const chosen = await chooseRate(
    RATES,
    arms.map((it) => it.target),
    budget,
    async ({ arm }, rate) => {
      asked.push([arm, rate])
      const { cpuMsEach, seen } = arms.find((it) => it.target.arm === arm)!
      const cpuMs = cpuMsEach * rate * SECONDS
      const figures = {
        arm,
        k6CpuShare: seen.k6Share,
        load: { droppedIterations: seen.dropped, startedLate: distributionOf([seen.lateMs]) },
        processes: [
          { name: 'app', cpuMs },
          { name: 'PostgreSQL', cpuMs: 10 * cpuMs },
          { name: 'k6', cpuMs: 100_000 },
        ],
      } as unknown as Figures
      return { figures, seconds: SECONDS }
    },
  )
  return { ...chosen, asked }
}

describe('chooseRate', () => {
  it('takes the highest at which no arm uses half of its budget', async () => {
    // 60 a second at 8 ms are 0.48 of a core, at 9 ms 0.54; 40 a second at 9 ms are 0.36.
    expect((await choose([target('a', 1), target('b', 8)])).rate).toBe(60)
    const { rate, tries } = await choose([target('a', 1), target('b', 9)])
    expect(rate).toBe(40)
    expect(tries.map(({ arm, ratePerSecond, fits }) => [arm, ratePerSecond, fits])).toEqual([
      ['a', 60, true],
      ['b', 60, false],
      ['a', 40, true],
      ['b', 40, true],
    ])
    expect(tries[1]!.budgetShare).toBeCloseTo(0.54, 6)
  })

  it('does not try the other arm where one has failed, and takes the last when none fits', async () => {
    const { rate, asked } = await choose([target('a', 100), target('b', 1)])
    expect(rate).toBe(10)
    expect(asked).toEqual(RATES.map((rate) => ['a', rate]))
  })

  it.each([
    ['half of the iterations begin late', { lateMs: 30 }],
    ['k6 drops iterations', { dropped: 1 }],
    ['k6 is short of CPU', { k6Share: 0.9 }],
  ])('takes no rate at which %s', async (_, seen) => {
    expect((await choose([target('a', 1, seen)])).rate).toBe(10)
  })

  it('counts the servers where they share the budget', async () => {
    const colocated = { ...BUDGET, kind: 'colocated' as const }
    expect((await choose([target('a', 1)], colocated)).rate).toBe(40)
  })
})
