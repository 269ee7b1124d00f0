import { type Making, madeUpRecord, madeUpResult } from '../../../tests/support/compare-result.ts'
import { primaryRatios, sameTwice } from './comparison.ts'
import type { Mark } from './marks.ts'

const rowOf = (making: Making, id: string) => madeUpResult(making).comparison!.find((it) => it.id === id)!

describe('the rows of a comparison', () => {
  it('hold each arm, and the second to the first', () => {
    expect(rowOf({}, 'cpu')).toMatchObject({
      arms: {
        monolith: { mean: expect.closeTo(4800 / 1800, 2) },
        services: { mean: expect.closeTo(14600 / 1800, 2) },
      },
      ratio: { value: expect.closeTo(14600 / 4800, 2), count: 5 },
    })
    expect(rowOf({}, 'settled-p50').ratio!.value).toBeCloseTo(4, 2)
    expect(rowOf({}, 'statements')).toMatchObject({ isCount: true, ratio: { value: 2, low: 2, high: 2 } })
  })

  it('are one arm alone, without ratios', () => {
    const { comparison } = madeUpResult({ stacks: ['services'], starts: 1 })
    for (const { arms, ratio, verdict } of comparison!) {
      expect(Object.keys(arms)).toEqual(['services'])
      expect({ ratio, verdict }).toEqual({ ratio: null, verdict: null })
    }
  })

  it('have no ratio to what an arm does not have', () => {
    expect(rowOf({}, 'cpu-rabbitmq').ratio).toBeNull()
    expect(rowOf({}, 'messages').ratio).toBeNull()
  })

  it('carry two verdicts and no more', () => {
    const told = madeUpResult().comparison!.flatMap(({ id, verdict }) =>
      verdict ? [`${id} ${verdict}`] : [],
    )
    expect(told).toEqual(['settled-p50 higher', 'cpu higher'])
  })

  it('cannot tell what does not differ, nor anything from four blocks', () => {
    const same = { stacks: ['monolith' as const], against: 'HEAD', noise: 0.02 }
    expect(rowOf(same, 'cpu').verdict).toBe('cannot tell')
    expect(rowOf({ ...same, cpuTimes: { now: 1.3 } }, 'cpu').verdict).toBe('higher')
    expect(rowOf({ ...same, cpuTimes: { now: 0.7 } }, 'cpu').verdict).toBe('lower')
    expect(rowOf({ starts: 1, blocksPerStart: 4 }, 'cpu').verdict).toBe('cannot tell')
  })

  it('judge the two verdicts together', () => {
    // By itself, either would be told: p lies between 0.025 and 0.05.
    const noise = 0.1
    const alone = (times: number) =>
      rowOf({ stacks: ['monolith'], against: 'HEAD', noise, latencyTimes: { now: times } }, 'settled-p50')
    const edge = [1.1, 1.105, 1.11, 1.115, 1.12, 1.125, 1.13].map(alone).find(({ ratio }) => {
      const { p } = ratio!
      return p! > 0.025 && p! < 0.05
    })!
    expect(edge.ratio!.low).toBeGreaterThan(1)
    expect(edge.verdict).toBe('cannot tell')
  })

  it('leave out percentiles that too few values lie beyond', () => {
    const { comparison, omitted } = madeUpResult({ starts: 1, count: 100 })
    const shown = comparison!.map(({ id }) => id)
    // 200 values of an arm in each block: 10 beyond p95, 2 beyond p99.
    expect(shown).toContain('settled-p95')
    expect(shown).not.toContain('settled-p99')
    expect(omitted).toEqual([
      { title: 'Latency to settle, p99', why: expect.stringContaining('fewer than 5 values of a block') },
      { title: 'Latency to accept, p99', why: expect.stringContaining('fewer than 5 values of a block') },
    ])
    expect(madeUpResult({ starts: 1, count: 250 }).omitted).toEqual([])
  })

  it('have the quiet blocks alone where both kinds are there', () => {
    const slow = (block: number): Mark[] => (block > 5 ? [{ kind: 'k6-late', why: '' }] : [])
    const making = { starts: 1, blocksPerStart: 8, noise: 0.1 }
    const { ratio, quiet } = rowOf({ ...making, marks: ({ block }) => slow(block) }, 'cpu')
    expect(ratio!.count).toBe(8)
    expect(quiet!.count).toBe(5)
    expect(quiet!.value).not.toBeCloseTo(ratio!.value, 4)
    expect(rowOf(making, 'cpu').quiet).toBeNull()
    expect(rowOf({ ...making, marks: ({ block }) => slow(block + 4) }, 'cpu').quiet).toBeNull()
  })
})

describe('primaryRatios', () => {
  it('are those of CPU time and of the first median', () => {
    const { facts, rounds } = madeUpRecord()
    const { cpu, median } = primaryRatios(facts, rounds)
    expect(cpu!.value).toBeCloseTo(3.04, 1)
    expect(median!.value).toBeCloseTo(4, 1)
    expect(primaryRatios(facts, [])).toEqual({})
  })
})

describe('sameTwice', () => {
  it('is how far an arm lies from itself within a block', () => {
    const { facts, rounds } = madeUpRecord({ noise: 0.1 })
    const [monolith, services] = sameTwice(facts, rounds)
    // One round of each arm is 1.05 times what it should be, the other 0.95 times.
    expect(monolith).toMatchObject({
      arm: 'monolith',
      cpu: expect.closeTo(0.105, 2),
      median: expect.closeTo(0.105, 2),
    })
    expect(services!.cpu).toBeCloseTo(0.105, 2)
  })
})
