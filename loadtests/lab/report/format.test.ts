import { bounds, figure, percent, ratioText, timeText } from './format.ts'

describe('figure', () => {
  it.each([
    [0, '0'],
    [0.4123, '0.412'],
    [4.3123, '4.31'],
    [43.123, '43.1'],
    [431.23, '431'],
    [4312.3, '4,312'],
  ])('writes %f as %s', (value, text) => {
    expect(figure(value)).toBe(text)
  })
})

describe('ratioText', () => {
  it.each([
    [{ value: 2.434, low: 2.31, high: 2.55 }, '2.43× (2.31–2.55)'],
    [{ value: 0.98, low: 0.91, high: 1.04 }, '0.98× (0.91–1.04)'],
    // An interval that does not hold 1 must not look as if it did.
    [{ value: 0.9982, low: 0.9971, high: 0.9994 }, '0.998× (0.997–0.999)'],
    [{ value: 12.34, low: 11.98, high: 12.71 }, '12.3× (12.0–12.7)'],
    [{ value: 0.0312, low: 0.021, high: 0.044 }, '0.031× (0.021–0.044)'],
    [{ value: 2.43, low: null, high: null }, '2.43×'],
    [null, ''],
  ])('of %j is %s', (ratio, text) => {
    expect(ratioText(ratio)).toBe(text)
  })
})

describe('bounds', () => {
  it('is empty for a single round', () => {
    expect(bounds({ low: null, high: null })).toBe('')
  })
})

describe('percent', () => {
  it.each([
    [0.414, '41 %'],
    [0.0449, '4 %'],
    [0.0044, '0.4 %'],
    [0.0001, '0.1 %'],
    [0, '0 %'],
  ])('writes %f as %s', (share, text) => {
    expect(percent(share)).toBe(text)
  })
})

describe('timeText', () => {
  it.each([
    [8, '8 s'],
    [89, '89 s'],
    [400, '7 min'],
  ])('writes %i as %s', (seconds, text) => {
    expect(timeText(seconds)).toBe(text)
  })
})
