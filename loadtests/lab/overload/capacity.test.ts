import { madeUpOffer } from '../../../tests/support/overload-result.ts'
import { findCapacity, holds } from './capacity.ts'
import { compareWithCapacity } from './measure.ts'
import type { Offer } from './result.ts'

const recovery = { orderSettledAfterMs: 10, quietAfterMs: 20 }
const good = (count: number) => ({ good: count, late: 0, unsettled: 0, abandoned: 0 })

/** A stack that serves up to a rate, and so much beyond it. */
const serving =
  (limit: number, tried: number[] = []) =>
  async (rate: number): Promise<Offer> => {
    tried.push(rate)
    return madeUpOffer(rate, { orders: good(Math.min(rate, limit) * 10) })
  }

describe('holds', () => {
  it.each<[string, Partial<Offer>]>([
    ['a good order in a hundred is missing', { orders: good(989) }],
    ['k6 did not send all', { notSent: 1 }],
    ['one in a hundred waits too long', { acceptedLatency: { p50Ms: 5, p99Ms: 501 } }],
    ['nothing was accepted', { acceptedLatency: null }],
  ])('is no when %s', (_, changes) => {
    expect(holds(madeUpOffer(100, changes))).toBe(false)
  })

  it('lets one order in a hundred go', () => {
    const acceptedLatency = { p50Ms: 5, p99Ms: 500 }
    expect(holds(madeUpOffer(100, { orders: good(990), acceptedLatency }))).toBe(true)
  })
})

describe('findCapacity', () => {
  it('doubles until the rate does not hold, then halves the gap three times, and tries twice what fails', async () => {
    const tried: number[] = []
    const { perSecond, steps } = await findCapacity(serving(330, tried))
    expect(tried).toEqual([100, 200, 400, 400, 300, 350, 350, 325])
    expect(perSecond).toBe(325)
    expect(steps.map((it) => it.holds)).toEqual([true, true, false, false, true, false, false, true])
  })

  it('does not give up at a rate that fails once', async () => {
    let hiccups = 1
    const capacity = await findCapacity(async (rate) => {
      if (rate === 200 && hiccups-- > 0) return madeUpOffer(rate, { notSent: 5 })
      return serving(330)(rate)
    })
    expect(capacity.perSecond).toBe(325)
  })

  it('looks below the first rate', async () => {
    expect((await findCapacity(serving(30))).perSecond).toBe(25)
  })

  it('is 0 when nothing holds', async () => {
    expect((await findCapacity(serving(0))).perSecond).toBe(0)
  })
})

describe('compareWithCapacity', () => {
  const load = (factor: number, orders: number) => ({
    ...madeUpOffer(100 * factor, { orders: good(orders) }),
    factor,
    recovery,
  })

  it('sets goodput against that of the load at capacity', () => {
    const loads = compareWithCapacity([load(1, 900), load(3, 450)], 100)
    expect(loads.map(({ held }) => held)).toEqual([1, 0.5])
  })

  it('sets it against the capacity where there was no such load', () => {
    expect(compareWithCapacity([load(3, 450)], 100)[0]!.held).toBe(0.45)
  })

  it('is 0 when nothing at all was good', () => {
    expect(compareWithCapacity([load(1, 0), load(2, 0)], 100).map(({ held }) => held)).toEqual([0, 0])
  })
})
