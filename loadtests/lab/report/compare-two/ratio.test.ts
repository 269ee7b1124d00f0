import { randomNumbers } from '../../random.ts'
import { ratioOfRuns } from './ratio.ts'

describe('ratioOfRuns', () => {
  it('is the ratio of the geometric means', () => {
    const { value, low, high } = ratioOfRuns([1, 2, 4, 2, 2], [6, 6, 6, 3, 12, 6], 1)!
    expect(value).toBeCloseTo(3, 12)
    expect(low).toBeLessThan(3)
    expect(high).toBeGreaterThan(3)
  })

  it('needs no rounds that belong together', () => {
    const sorted = ratioOfRuns([1, 1.1, 1.2, 1.3, 1.4], [2, 2.2, 2.4, 2.6, 2.8], 1)!
    expect(sorted.value).toBeCloseTo(2, 12)
    // Pairs would leave no doubt at all here.
    expect(sorted.high! / sorted.low!).toBeGreaterThan(1.2)
  })

  it('is the same for the same seed, and hardly differs for another', () => {
    const of = (seed: number) => ratioOfRuns([8, 9, 10, 11, 12], [12, 13, 15, 15, 16], seed)!
    expect(of(1)).toEqual(of(1))
    expect(of(2).low).not.toBe(of(1).low)
    expect(of(2).low! / of(1).low!).toBeCloseTo(1, 1)
  })

  it('holds the true ratio in about 95 of 100 pairs of runs, as few as five rounds', () => {
    const uniform = randomNumbers(42)
    const round = () =>
      Math.exp(0.1 * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()))
    const run = () => Array.from({ length: 5 }, round)
    const RUNS = 400
    const holds = Array.from({ length: RUNS }, (_, i) => {
      const { low, high } = ratioOfRuns(run(), run(), i)!
      return low! <= 1 && high! >= 1
    })
    const share = holds.filter(Boolean).length / RUNS
    expect(share).toBeGreaterThan(0.92)
    expect(share).toBeLessThan(0.98)
  })

  it('is a point where no round differs from another', () => {
    expect(ratioOfRuns([2, 2, 2], [3, 3, 3], 1)).toEqual({
      value: expect.closeTo(1.5, 12),
      low: expect.closeTo(1.5, 12),
      high: expect.closeTo(1.5, 12),
    })
  })

  it('has no bounds with one round on a side, nor with two', () => {
    expect(ratioOfRuns([2], [3, 4, 5], 1)).toMatchObject({ low: null, high: null })
    expect(ratioOfRuns([2, 2.1], [3, 4], 1)).toMatchObject({ low: null, high: null })
  })

  it('has no ratio to zero, or of nothing', () => {
    expect(ratioOfRuns([0, 1, 1], [1, 1, 1], 1)).toBeUndefined()
    expect(ratioOfRuns([], [1], 1)).toBeUndefined()
  })
})
