import { normalDraws, percentOf } from '../../../tests/support/draws.ts'
import { ratioOfRuns } from './two-runs.ts'

describe('ratioOfRuns', () => {
  it('is the ratio of the geometric means', () => {
    const { value, low, high } = ratioOfRuns([1, 2, 4, 2, 2], [6, 6, 6, 3, 12, 6])!
    expect(value).toBeCloseTo(3, 12)
    expect(low).toBeLessThan(3)
    expect(high).toBeGreaterThan(3)
  })

  it("is Welch's t of the logarithms", () => {
    // Logarithms: a difference of 10 with a variance of 9 / 5 + 36 / 4, 4.13 degrees of freedom, taken as 4: 2.776445 errors.
    const before = [-3.5, -2.5, 0, 2.5, 3.5].map((it) => it * Math.sqrt(36 / 37))
    const after = [-6, -6, 6, 6].map((it) => it * Math.sqrt(3 / 4) + 10)
    const { low, high, p } = ratioOfRuns(before.map(Math.exp), after.map(Math.exp))!
    const error = Math.sqrt(9 / 5 + 36 / 4)
    expect(Math.log(low!)).toBeCloseTo(10 - 2.776445 * error, 5)
    expect(Math.log(high!)).toBeCloseTo(10 + 2.776445 * error, 5)
    // Two-sided, of t = 3.0429 with 4 degrees.
    expect(p).toBeCloseTo(0.0383, 4)
  })

  it('needs no blocks that belong together', () => {
    const sorted = ratioOfRuns([1, 1.1, 1.2, 1.3, 1.4], [2, 2.2, 2.4, 2.6, 2.8])!
    expect(sorted.value).toBeCloseTo(2, 12)
    // Pairs would leave no doubt at all here.
    expect(sorted.high! / sorted.low!).toBeGreaterThan(1.2)
  })

  it.each([
    [5, 5, 1],
    [6, 12, 1],
    [8, 8, 3],
    [12, 6, 3],
  ])(
    'holds the true ratio of %i and %i blocks in 95 of 100 pairs of runs, the second %i times as noisy',
    (n, m, noise) => {
      const normal = normalDraws(n * m + noise)
      const { exp } = Math
      const run = (size: number, deviation: number) =>
        Array.from({ length: size }, () => exp(deviation * normal()))
      const share = percentOf(20_000, () => {
        const { low, high } = ratioOfRuns(run(n, 0.05), run(m, 0.05 * noise))!
        return low! <= 1 && high! >= 1
      })
      expect(share).toBeGreaterThan(94.7)
      expect(share).toBeLessThan(96.3)
    },
  )

  it('is a point where no block differs from another', () => {
    const point = {
      value: expect.closeTo(1.5, 12),
      low: expect.closeTo(1.5, 12),
      high: expect.closeTo(1.5, 12),
    }
    expect(ratioOfRuns([2, 2, 2], [3, 3, 3])).toEqual({ ...point, p: 0 })
    expect(ratioOfRuns([2, 2, 2], [2, 2])).toMatchObject({ p: 1 })
    // Nor where one run's blocks alone are the same.
    expect(ratioOfRuns([2, 2], [3, 4])!.high).toBeGreaterThan(3)
  })

  it('has no bounds with one block on a side, and wide ones with two', () => {
    expect(ratioOfRuns([2], [3, 4, 5])).toMatchObject({ low: null, high: null, p: null })
    expect(ratioOfRuns([2, 2.1], [3, 4])!.high).toBeGreaterThan(3)
  })

  it('has no ratio to zero, or of nothing', () => {
    expect(ratioOfRuns([0, 1, 1], [1, 1, 1])).toBeUndefined()
    expect(ratioOfRuns([], [1])).toBeUndefined()
  })
})
