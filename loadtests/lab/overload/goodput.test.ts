import { quickShare, sortOrders } from './goodput.ts'

describe('sortOrders', () => {
  it('calls good what was answered, and settled within two seconds', () => {
    const placed = [
      { number: 1, settledAfterMs: 0 },
      { number: 2, settledAfterMs: 2_000 },
      { number: 3, settledAfterMs: 2_001 },
      { number: 4, settledAfterMs: null },
    ]
    expect(sortOrders(placed, new Set())).toEqual({ good: 2, late: 1, unsettled: 1, abandoned: 0 })
  })

  it('calls nothing good whose buyer has left, however soon it settled', () => {
    const placed = [
      { number: 1, settledAfterMs: 5 },
      { number: 2, settledAfterMs: 5 },
      { number: 3, settledAfterMs: null },
    ]
    expect(sortOrders(placed, new Set([2, 3, 99]))).toEqual({ good: 1, late: 0, unsettled: 0, abandoned: 2 })
  })
})

describe('quickShare', () => {
  it('is of those who were not accepted, unsent ones among them', () => {
    expect(quickShare({ offered: 100, accepted: 20, refusedQuickly: 60 })).toBe(0.75)
  })

  it('is none when all were accepted', () => {
    expect(quickShare({ offered: 100, accepted: 100, refusedQuickly: 0 })).toBeNull()
  })
})
