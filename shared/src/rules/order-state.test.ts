import type { OrderStatus } from '../contract/schemas.ts'
import { nextStatus, type OrderEvent, statesThatAllow } from './order-state.ts'

const events: OrderEvent[] = ['confirm', 'reject', 'cancel']
const expected: Record<OrderStatus, (OrderStatus | undefined)[]> = {
  pending: ['confirmed', 'rejected', 'cancelled'],
  confirmed: [undefined, undefined, 'cancelled'],
  rejected: [undefined, undefined, undefined],
  cancelled: [undefined, undefined, undefined],
}
const statuses = Object.keys(expected) as OrderStatus[]

describe('the state machine of an order', () => {
  it.each(statuses)('from %s goes where the contract says, and nowhere else', (status) => {
    expect(events.map((event) => nextStatus(status, event))).toEqual(expected[status])
  })

  it.each(events)('tells SQL the same of %s', (event) => {
    const allowing = statuses.filter((status) => nextStatus(status, event) !== undefined)
    expect([...statesThatAllow(event)].sort()).toEqual(allowing.sort())
  })
})
