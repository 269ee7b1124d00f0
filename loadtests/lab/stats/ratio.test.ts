import { pairedRatio, resolutionOf } from './ratio.ts'

const ONES = [1, 1, 1, 1, 1]

describe('pairedRatio', () => {
  it('is the geometric mean of the rounds, within the smallest and the largest', () => {
    const ratio = pairedRatio(ONES, [2, 2.2, 2 / 1.1, 2.1, 2 / 1.05])!
    expect(ratio.value).toBeCloseTo(2, 10)
    expect(ratio.low).toBeGreaterThan(2 / 1.1)
    expect(ratio.low).toBeLessThan(2)
    expect(ratio.high).toBeGreaterThan(2)
    expect(ratio.high).toBeLessThan(2.2)
    expect(ratio.verdict).toBe('higher')
  })

  it('is turned over when the two change places', () => {
    const there = pairedRatio([3, 4, 5, 6, 7], [4, 6, 6, 8, 8])!
    const back = pairedRatio([4, 6, 6, 8, 8], [3, 4, 5, 6, 7])!
    expect(back.value).toBeCloseTo(1 / there.value, 12)
    expect([there.verdict, back.verdict]).toEqual(['higher', 'lower'])
  })

  it('does not care for the machine that gets slower for both', () => {
    const ratio = pairedRatio([10, 20, 40, 80, 160], [20, 40, 80, 160, 320])!
    expect(ratio.value).toBeCloseTo(2, 12)
    expect(ratio.low).toBeCloseTo(2, 12)
    expect(ratio.high).toBeCloseTo(2, 12)
  })

  it('cannot tell when the interval holds 1', () => {
    expect(pairedRatio(ONES, [1.1, 0.9, 1.02, 0.97, 1.05])!.verdict).toBe('cannot tell')
  })

  it('cannot tell from four rounds, however clear they look', () => {
    expect(pairedRatio([1, 1, 1, 1], [2, 2.0001, 2, 2])!.verdict).toBe('cannot tell')
  })

  it('cannot tell what is finer than the resolution, however narrow its interval', () => {
    const other = [1.02, 1.021, 1.02, 1.022, 1.02]
    expect(pairedRatio(ONES, other)!.verdict).toBe('higher')
    expect(pairedRatio(ONES, other, 1.03)!.verdict).toBe('cannot tell')
    expect(pairedRatio(other, ONES, 1.03)!.verdict).toBe('cannot tell')
    expect(pairedRatio(ONES, other, 1.01)!.verdict).toBe('higher')
  })

  it('has no ratio to zero', () => {
    expect(pairedRatio([0, 1, 1], [1, 1, 1])).toBeUndefined()
    expect(pairedRatio([], [])).toBeUndefined()
  })
})

describe('resolutionOf', () => {
  it('is the farther end of the interval of a stack against itself, in either direction', () => {
    const control = { value: 1, low: 0.9, high: 1.05, verdict: 'cannot tell' as const }
    expect(resolutionOf(control)).toBeCloseTo(1 / 0.9, 12)
    expect(resolutionOf({ ...control, low: 0.99 })).toBe(1.05)
  })

  it('is 1 where nothing is known', () => {
    expect(resolutionOf(undefined)).toBe(1)
    expect(resolutionOf({ value: 1, low: null, high: null, verdict: 'cannot tell' })).toBe(1)
  })
})
