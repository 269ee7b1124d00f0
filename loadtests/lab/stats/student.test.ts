import { pOfZero, studentBelow, studentQuantile } from './student.ts'

describe('studentQuantile', () => {
  // From published tables of Student's t, to three decimals: by column, the share below.
  it.each([
    [1, { 0.9: 3.078, 0.95: 6.314, 0.975: 12.706, 0.99: 31.821, 0.995: 63.657 }],
    [2, { 0.9: 1.886, 0.95: 2.92, 0.975: 4.303, 0.99: 6.965, 0.995: 9.925 }],
    [3, { 0.9: 1.638, 0.95: 2.353, 0.975: 3.182, 0.99: 4.541, 0.995: 5.841 }],
    [4, { 0.9: 1.533, 0.95: 2.132, 0.975: 2.776, 0.99: 3.747, 0.995: 4.604 }],
    [5, { 0.9: 1.476, 0.95: 2.015, 0.975: 2.571, 0.99: 3.365, 0.995: 4.032 }],
    [7, { 0.9: 1.415, 0.95: 1.895, 0.975: 2.365, 0.99: 2.998, 0.995: 3.499 }],
    [10, { 0.9: 1.372, 0.95: 1.812, 0.975: 2.228, 0.99: 2.764, 0.995: 3.169 }],
    [29, { 0.9: 1.311, 0.95: 1.699, 0.975: 2.045, 0.99: 2.462, 0.995: 2.756 }],
    [60, { 0.9: 1.296, 0.95: 1.671, 0.975: 2.0, 0.99: 2.39, 0.995: 2.66 }],
    [120, { 0.9: 1.289, 0.95: 1.658, 0.975: 1.98, 0.99: 2.358, 0.995: 2.617 }],
  ])('with %i degrees of freedom is that of the tables', (degrees, row) => {
    for (const [share, quantile] of Object.entries(row))
      expect(studentQuantile(Number(share), degrees)).toBeCloseTo(quantile, 3)
  })

  // For two intervals that are to hold together (Bonferroni, 97.5 % each), from tables of such quantiles.
  it.each([
    [4, 3.495],
    [5, 3.163],
    [7, 2.841],
    [9, 2.685],
    [10, 2.634],
    [20, 2.423],
    [60, 2.299],
  ])('of 98.75 % with %i degrees of freedom is %f', (degrees, quantile) => {
    expect(studentQuantile(0.9875, degrees)).toBeCloseTo(quantile, 3)
  })

  it.each([1, 2, 5, 8, 31, 120, 199, 200])('turns studentBelow around with %i degrees', (degrees) => {
    for (const share of [1e-6, 0.0125, 0.3, 0.7, 0.975, 0.999])
      expect(studentBelow(studentQuantile(share, degrees), degrees)).toBeCloseTo(share, 13)
  })

  it('falls with the degrees of freedom, of either kind, to the normal one', () => {
    const quantiles = Array.from({ length: 200 }, (_, i) => studentQuantile(0.975, i + 1))
    for (const [i, it] of quantiles.slice(1).entries()) expect(it).toBeLessThan(quantiles[i]!)
    // Fisher's expansion (Abramowitz and Stegun, 26.7.5): at 200 degrees its next term is below 1e-8.
    const z = 1.959963984540054
    const first = (z ** 3 + z) / 4
    const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
    const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
    expect(quantiles[199]).toBeCloseTo(z + first / 200 + second / 200 ** 2 + third / 200 ** 3, 8)
  })

  it('is of a share between 0 and 1', () => {
    for (const share of [0, 1, -1, Number.NaN]) expect(() => studentQuantile(share, 3)).toThrow(RangeError)
  })
})

describe('studentBelow', () => {
  it('is what can be written down for one and two degrees', () => {
    for (const t of [-30, -2, -0.1, 0, 0.5, 3]) {
      expect(studentBelow(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 14)
      expect(studentBelow(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 14)
    }
  })

  it('has two halves that mirror each other, and two ends', () => {
    for (const degrees of [1, 4, 7, 200]) {
      expect(studentBelow(1.3, degrees) + studentBelow(-1.3, degrees)).toBeCloseTo(1, 14)
      expect(studentBelow(Number.POSITIVE_INFINITY, degrees)).toBeCloseTo(1, 14)
      expect(studentBelow(Number.NEGATIVE_INFINITY, degrees)).toBeCloseTo(0, 14)
    }
  })

  it.each([0, -1, 2.5, Number.NaN])('has no %d degrees of freedom', (degrees) => {
    expect(() => studentBelow(1, degrees)).toThrow(RangeError)
  })
})

describe('pOfZero', () => {
  // Student's own example of 1908: ten patients slept 1.58 hours longer, with a standard error of 0.389. R says 0.002833.
  it('is that of a paired t test', () => {
    const slept = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]
    const mean = slept.reduce((sum, it) => sum + it, 0) / 10
    const squares = slept.reduce((sum, it) => sum + (it - mean) ** 2, 0)
    for (const sign of [1, -1])
      expect(pOfZero(sign * mean, Math.sqrt(squares / 9 / 10), 9)).toBeCloseTo(0.002833, 6)
  })

  it('is 1 where there is nothing, and 0 where all are the same and it is not', () => {
    expect(pOfZero(0, 0.1, 5)).toBe(1)
    expect(pOfZero(0, 0, 5)).toBe(1)
    expect(pOfZero(0.7, 0, 5)).toBe(0)
  })

  it('takes the rounding of arithmetic for none', () => {
    expect(pOfZero(2e-16, 1e-17, 4)).toBe(1)
    expect(pOfZero(0.7, 1e-17, 4)).toBe(0)
  })
})
