import { madeUpOffer } from '../../../tests/support/overload-result.ts'
import { compareWithCapacity } from './measure.ts'

const recovery = { orderSettledAfterMs: 10, quietAfterMs: 20 }
const good = (count: number) => ({ good: count, late: 0, unsettled: 0, abandoned: 0 })

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
