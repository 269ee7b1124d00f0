import { pairedRatio } from './ratio.ts'

describe('pairedRatio', () => {
  it('is the geometric mean of the rounds, with the interval of the logarithms', () => {
    // Logarithms ln 2, ln 2 + 0.1, ln 2 - 0.1: mean ln 2, s = 0.1, half width 4.3027 * 0.1 / sqrt(3) = 0.24842.
    const ratio = pairedRatio([1, 1, 1], [2, 2 * Math.exp(0.1), 2 * Math.exp(-0.1)])!
    expect(ratio.value).toBeCloseTo(2, 10)
    expect(ratio.low).toBeCloseTo(2 * Math.exp(-0.24842), 4)
    expect(ratio.high).toBeCloseTo(2 * Math.exp(0.24842), 4)
    expect(ratio.verdict).toBe('higher')
  })

  it('is turned over when the two change places', () => {
    const there = pairedRatio([3, 4, 5], [4, 6, 6])!
    const back = pairedRatio([4, 6, 6], [3, 4, 5])!
    expect(back.value).toBeCloseTo(1 / there.value, 12)
    expect(back.low).toBeCloseTo(1 / there.high!, 12)
  })

  it('does not care for the machine that gets slower for both', () => {
    const ratio = pairedRatio([10, 20, 40], [20, 40, 80])!
    expect(ratio.value).toBeCloseTo(2, 12)
    expect(ratio.low).toBeCloseTo(2, 12)
    expect(ratio.high).toBeCloseTo(2, 12)
  })

  it('cannot tell when the interval holds 1', () => {
    expect(pairedRatio([1, 1, 1], [1.1, 0.9, 1.02])!.verdict).toBe('cannot tell')
  })

  it('cannot tell from two rounds, however clear they look', () => {
    expect(pairedRatio([1, 1], [2, 2.0001])!.verdict).toBe('cannot tell')
  })

  it('says lower when the whole interval lies below 1', () => {
    expect(pairedRatio([2, 2.1, 2], [1, 1, 1.05])!.verdict).toBe('lower')
  })

  it('has no ratio to zero', () => {
    expect(pairedRatio([0, 1, 1], [1, 1, 1])).toBeUndefined()
    expect(pairedRatio([], [])).toBeUndefined()
  })
})
