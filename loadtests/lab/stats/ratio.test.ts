import { pairedRatio, relativeWidth } from './ratio.ts'
import { studentBelow } from './student.ts'

const ONES = [1, 1, 1, 1, 1]

describe('pairedRatio', () => {
  it('is the geometric mean of the pairs, with the interval and p-value of their logarithms', () => {
    const ratio = pairedRatio([10, 20, 30], [20, 80, 240])!
    // Logarithms to base 2 are 1, 2, 3: a mean of 2 with a standard error of 1 / sqrt(3), and 4.302653 for two degrees.
    expect(ratio.value).toBeCloseTo(4, 12)
    expect(Math.log2(ratio.low!)).toBeCloseTo(2 - 4.302653 / Math.sqrt(3), 6)
    expect(Math.log2(ratio.high!)).toBeCloseTo(2 + 4.302653 / Math.sqrt(3), 6)
    expect(ratio.p).toBeCloseTo(2 * studentBelow(-2 * Math.sqrt(3), 2), 12)
    expect(ratio.count).toBe(3)
  })

  it('is turned over when the two change places', () => {
    const there = pairedRatio([3, 4, 5, 6, 7], [4, 6, 6, 8, 8])!
    const back = pairedRatio([4, 6, 6, 8, 8], [3, 4, 5, 6, 7])!
    expect(back.value).toBeCloseTo(1 / there.value, 12)
    expect(back.low).toBeCloseTo(1 / there.high!, 12)
    expect(back.p).toBeCloseTo(there.p!, 12)
  })

  it('does not care for the machine that gets slower for both', () => {
    const ratio = pairedRatio([10, 20, 40, 80, 160], [20, 40, 80, 160, 320])!
    expect(ratio).toEqual({
      value: expect.closeTo(2, 12),
      low: ratio.value,
      high: ratio.value,
      p: 0,
      count: 5,
    })
  })

  it('has a p-value below 0.05 just where its interval does not hold 1', () => {
    const ratios = [1.01, 1.03, 1.05, 1.07, 1.09].map((top) => pairedRatio(ONES, [1.02, 1.03, 1, 1.03, top])!)
    expect(ratios.map(({ p }) => p! < 0.05)).toEqual(ratios.map(({ low }) => low! > 1))
    // Some of them are on either side.
    expect(new Set(ratios.map(({ p }) => p! < 0.05)).size).toBe(2)
  })

  it('knows nothing of how far from 1 a single pair may be', () => {
    expect(pairedRatio([2], [3])).toEqual({
      value: expect.closeTo(1.5, 12),
      low: null,
      high: null,
      p: null,
      count: 1,
    })
  })

  it('that is the same in each pair is 1 for sure, or is not', () => {
    expect(pairedRatio([4, 4, 4], [4, 4, 4])).toEqual({ value: 1, low: 1, high: 1, p: 1, count: 3 })
    expect(pairedRatio([4, 4, 4], [8.47, 8.47, 8.47])).toMatchObject({ p: 0 })
    // One unit in the last place is no difference.
    expect(pairedRatio([0.3, 0.3, 0.6], [0.1 + 0.2, 0.1 + 0.2, 0.6])!.p).toBe(1)
  })

  it.each([
    ['zero', [0, 1, 1], [1, 1, 1]],
    ['what is below zero', [1, 1], [-1, 1]],
    ['what is without end', [1, 1], [1, Number.POSITIVE_INFINITY]],
    ['what is not a number', [1, Number.NaN], [1, 1]],
    ['nothing', [], []],
  ])('has none of %s', (_, base, other) => {
    expect(pairedRatio(base, other)).toBeUndefined()
  })

  it('takes pairs', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow('one length')
  })
})

describe('relativeWidth', () => {
  it('is how far the farther end lies from the ratio, either way', () => {
    expect(relativeWidth({ value: 2, low: 1.9, high: 2.2 })).toBeCloseTo(0.1, 12)
    expect(relativeWidth({ value: 2, low: 1.6, high: 2.2 })).toBeCloseTo(0.25, 12)
    expect(relativeWidth({ value: 2, low: 2, high: 2 })).toBe(0)
  })

  it('has no end where there are no bounds', () => {
    expect(relativeWidth({ value: 2, low: null, high: null })).toBe(Number.POSITIVE_INFINITY)
  })
})
