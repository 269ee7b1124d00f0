import { bounds, figure, lessText, ratioText, resolutionText, timeText } from './format.ts'

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
  it('gives the ratio and its interval', () => {
    expect(ratioText({ value: 2.434, low: 2.31, high: 2.55, verdict: 'higher' })).toBe('2.43× (2.31–2.55)')
  })

  it('says nothing where there is no ratio', () => {
    expect(ratioText(null)).toBe('')
  })
})

describe('lessText', () => {
  it.each([
    ['higher', 'monolith'],
    ['lower', 'services'],
    ['cannot tell', 'cannot tell'],
  ] as const)('of services that are %s names %s', (verdict, text) => {
    expect(lessText({ value: 1.1, low: 0.9, high: 1.34, verdict })).toBe(text)
  })
})

describe('resolutionText', () => {
  it('is how far the control reaches from 1, in either direction', () => {
    expect(resolutionText({ value: 1, low: 0.8, high: 1.05, verdict: 'cannot tell' })).toBe('±25.0%')
    expect(resolutionText(null)).toBe('')
  })
})

describe('bounds', () => {
  it('is empty for a single round', () => {
    expect(bounds({ low: null, high: null })).toBe('')
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
