import { normalDraws, percentOf } from '../../../tests/support/draws.ts'
import { isSteady } from './steady.ts'

// Asked for once: in a test's own context, every look at a global takes many times as long.
const { log, sqrt } = Math
const ROUNDS = 2_000
/** Of the logarithms of latencies, as they differ within a round. */
const DEVIATION = 0.5

describe('isSteady', () => {
  /** How often a round of so many values is found to drift, in percent. @param like how much each is like the one before */
  const found = (length: number, drift: (share: number) => number, like = 0) => {
    const normal = normalDraws(length)
    return percentOf(ROUNDS, () => {
      let noise = normal()
      const values = Array.from({ length }, (_, i) => {
        const value = DEVIATION * noise + drift(i / length)
        noise = like * noise + sqrt(1 - like ** 2) * normal()
        return value
      })
      return !isSteady(values)
    })
  }
  const none = () => 0
  const step = (share: number) => (share < 0.5 ? 0 : log(1.6))
  const ramp = (share: number) => share * log(1.6)

  it.each([40, 60, 120])('takes %i independent values for steady, but for 1 of 200 rounds', (length) => {
    expect(found(length, none)).toBeLessThan(0.5)
  })

  it('does not take what is like the value before it for a trend', () => {
    // Errors as if these were independent would say so in one round of ten.
    expect(found(450, none, 0.5)).toBeLessThan(1.5)
  })

  it('finds a second half that is 60 % slower, of 120 values', () => {
    expect(found(120, step)).toBeGreaterThan(93)
  })

  it('finds a rise by 60 % over the round, of 450 values', () => {
    expect(found(450, ramp)).toBeGreaterThan(93)
  })

  it('lets what is certain but small pass, and finds what falls as well', () => {
    const ripple = (i: number) => 0.01 * (i % 2)
    const series = (rise: number) => Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : rise) + ripple(i))
    expect(isSteady(series(log(1.09)))).toBe(true)
    expect(isSteady(series(log(1.11)))).toBe(false)
    expect(isSteady(series(-log(1.11)))).toBe(false)
  })

  it('looks at the halves, wherever batches end', () => {
    expect(isSteady(Array.from({ length: 59 }, (_, i) => (i < 29 ? 0 : 1) + 0.01 * (i % 3)))).toBe(false)
  })

  it('says nothing of a handful', () => {
    expect(isSteady([])).toBe(true)
    expect(isSteady(Array.from({ length: 39 }, (_, i) => i))).toBe(true)
    expect(isSteady(Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 50)))).toBe(false)
  })
})
