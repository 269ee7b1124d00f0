import { meanInterval } from './interval.ts'

describe('meanInterval', () => {
  it('is the textbook interval', () => {
    // n = 5, mean 10, s = sqrt(2.5), t = 2.7764: half width 1.9632.
    const { mean, low, high } = meanInterval([8, 9, 10, 11, 12])
    expect(mean).toBe(10)
    expect(low).toBeCloseTo(10 - 1.9632, 3)
    expect(high).toBeCloseTo(10 + 1.9632, 3)
  })

  it('has no bounds for one value', () => {
    expect(meanInterval([7])).toEqual({ mean: 7, low: null, high: null })
  })

  it('is a point where all values are the same', () => {
    expect(meanInterval([3, 3, 3])).toEqual({ mean: 3, low: 3, high: 3 })
  })

  it('holds the true mean in about 95 of 100 samples', () => {
    const draw = normalDraws(42)
    const samples = Array.from({ length: 2000 }, () => meanInterval(Array.from({ length: 5 }, draw)))
    const covered = samples.filter(({ low, high }) => low! < 0 && high! > 0).length
    expect(covered / samples.length).toBeGreaterThan(0.935)
    expect(covered / samples.length).toBeLessThan(0.965)
  })
})

/** Standard normal draws (Box-Muller) from a fixed sequence. */
function normalDraws(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 1) / 4294967297
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
