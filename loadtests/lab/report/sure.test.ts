import { sureText } from './sure.ts'

const around = (width: number) => ({
  value: 2,
  low: 2 / (1 + width),
  high: 2 * (1 + width),
  p: 0.01,
  count: 8,
})
const known = (width: number, isCount = false) => sureText({ ratio: around(width), isCount })

describe('sureText', () => {
  it.each([
    [0.004, '±0.4 %'],
    [0.041, '±4 %'],
    [0.249, '±25 %'],
    [0.25, 'rough, ±25 %'],
    [0.6, 'rough, ±60 %'],
    [2, 'rough, 3.00× either way'],
  ])('of a ratio that is known to %f is %s', (width, text) => {
    expect(known(width)).toBe(text)
  })

  it('calls a count exact that is known to half a percent, and nothing that is timed', () => {
    expect(known(0, true)).toBe('exact')
    expect(known(0.005, true)).toBe('exact')
    expect(known(0.03, true)).toBe('±3 %')
    expect(known(0)).toBe('±0 %')
  })

  it('says when nothing is known, and nothing where there is no ratio', () => {
    expect(sureText({ ratio: { ...around(1), low: null, high: null }, isCount: true })).toBe('not known')
    expect(sureText({ ratio: null, isCount: true })).toBe('')
  })
})
