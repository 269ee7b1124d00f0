import { isItsFault } from './failures.ts'
import { createRetryBudget } from './retry-budget.ts'

describe('the retry budget', () => {
  it('is a reserve at first, and then a fifth of the calls', () => {
    const retries = createRetryBudget(10)
    const spent = (calls: number) => {
      let count = 0
      for (let i = 0; i < calls; i++) {
        retries.earn()
        while (retries.spend()) count++
      }
      return count
    }
    expect(spent(1)).toBe(10)
    const later = spent(1_000)
    expect(later).toBeGreaterThan(190)
    expect(later).toBeLessThan(210)
  })

  it('is never more than the reserve', () => {
    const retries = createRetryBudget(3)
    for (let i = 0; i < 1_000; i++) retries.earn()
    expect([retries.spend(), retries.spend(), retries.spend(), retries.spend()]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })
})

describe('a call that got no answer in its time', () => {
  it('counts against the service when the time was fair', () => {
    expect(isItsFault('UND_ERR_HEADERS_TIMEOUT', 7_000)).toBe(true)
    expect(isItsFault('UND_ERR_HEADERS_TIMEOUT', 1)).toBe(false)
    expect(isItsFault('UND_ERR_BODY_TIMEOUT', 999)).toBe(false)
    expect(isItsFault('ECONNREFUSED', 1)).toBe(true)
  })
})
