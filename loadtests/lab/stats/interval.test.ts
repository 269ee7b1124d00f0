import { geometricInterval, meanInterval } from './interval.ts'

describe('meanInterval', () => {
  it('has no bounds for one value', () => {
    expect(meanInterval([7])).toEqual({ mean: 7, low: null, high: null })
  })

  it('is a point where all values are the same', () => {
    expect(meanInterval([3, 3, 3])).toEqual({ mean: 3, low: 3, high: 3 })
  })

  it('is the same for the same values', () => {
    expect(meanInterval([8, 9, 10, 11, 12])).toEqual(meanInterval([8, 9, 10, 11, 12]))
  })

  it.each([
    [5, 'normal', normalDraws],
    [10, 'normal', normalDraws],
    [10, 'skewed', skewedDraws],
  ])('holds the true mean of %i values in about 95 of 100 samples: %s', (size, _, draws) => {
    const draw = draws(42)
    const samples = Array.from({ length: 400 }, () => meanInterval(Array.from({ length: size }, draw)))
    const covered = samples.filter(({ low, high }) => low! < 0 && high! > 0).length
    expect(covered / samples.length).toBeGreaterThan(0.89)
    expect(covered / samples.length).toBeLessThan(0.98)
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
})

function uniformDraws(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 1) / 4294967297
  }
}

/** Standard normal draws (Box-Muller) from a fixed sequence. */
function normalDraws(seed: number): () => number {
  const uniform = uniformDraws(seed)
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/** Draws with mean 0 whose upper tail is the longer one. */
function skewedDraws(seed: number): () => number {
  const normal = normalDraws(seed)
  return () => Math.exp(0.5 * normal()) - Math.exp(0.125)
}
