import { normalDraws, percentOf, skewedDraws } from '../../../tests/support/draws.ts'
import { geometricInterval, meanInterval } from './interval.ts'

describe('meanInterval', () => {
  it('has no bounds for one value', () => {
    expect(meanInterval([7])).toEqual({ mean: 7, low: null, high: null })
  })

  it.each([3, 0.1, 1e-9])('is a point where all values are %f', (value) => {
    expect(meanInterval([value, value, value])).toEqual({ mean: value, low: value, high: value })
  })

  it('is that of a textbook', () => {
    // Student's ten patients of 1908: 1.58 hours, from 0.70 to 2.46 (R: t.test).
    const { mean, low, high } = meanInterval([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4])
    expect(mean).toBeCloseTo(1.58, 12)
    expect(low).toBeCloseTo(0.7001142, 7)
    expect(high).toBeCloseTo(2.4598858, 7)
  })

  it('is wider where it is to be surer', () => {
    const values = [1, 2, 4, 5]
    expect(meanInterval(values, 0.975).high!).toBeGreaterThan(meanInterval(values).high!)
    expect(meanInterval(values, 0.9).high!).toBeLessThan(meanInterval(values).high!)
  })

  // Twenty thousand tries say it to 0.3 %: two binomial standard errors.
  const TRIES = 20_000
  const coverage = (size: number, draw: () => number) =>
    percentOf(TRIES, () => {
      const { low, high } = meanInterval(Array.from({ length: size }, draw))
      return low! < 0 && high! > 0
    })

  it.each([5, 6, 8, 10, 12])('holds the true mean of %i normal values in 95 of 100 samples', (size) => {
    expect(Math.abs(coverage(size, normalDraws(size)) - 95)).toBeLessThan(0.35)
  })

  it('holds that of values with a long tail less often, and in 90 of 100', () => {
    const share = coverage(8, skewedDraws(1))
    expect(share).toBeGreaterThan(90)
    expect(share).toBeLessThan(93)
  })
})

describe('geometricInterval', () => {
  it('is that of the logarithms', () => {
    const values = [1, 2, 4, 8, 16]
    const { mean, low, high } = geometricInterval(values)
    const logs = meanInterval(values.map(Math.log))
    expect([mean, low, high]).toEqual([logs.mean, logs.low!, logs.high!].map(Math.exp))
    expect(mean).toBeCloseTo(4, 12)
  })

  it('has no bounds for one value', () => {
    expect(geometricInterval([1])).toEqual({ mean: 1, low: null, high: null })
  })
})
