import type { Order } from '../contract/schemas.ts'
import { orderRequest, sameWish } from './order-request.ts'

const mug = { sku: 'MUG-001', quantity: 2 }
const pot = { sku: 'POT-001', quantity: 1 }
const order = { id: '1' } as Order

describe('a wish to order', () => {
  it('has an id that sorts by time', () => {
    const ids = Array.from({ length: 200 }, () => orderRequest('ada', 'k', [mug]).id)
    expect(ids).toEqual([...new Set(ids)].sort())
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('is refused when a SKU stands in two lines', () => {
    expect(() => orderRequest('ada', 'k', [mug, pot, mug])).toThrow(
      expect.objectContaining({ problem: 'invalid-request', message: expect.stringContaining('MUG-001') }),
    )
  })

  it('is the same wish when SKUs and quantities are', () => {
    const [first, again] = [
      orderRequest('ada', 'k', [mug, pot]),
      orderRequest('ada', 'k', [{ ...mug }, { ...pot }]),
    ]
    expect(sameWish(again, { order, hash: first.hash })).toBe(order)
  })

  it.each([
    ['another quantity', [{ ...mug, quantity: 3 }, pot]],
    ['another product', [{ ...mug, sku: 'MUG-002' }, pot]],
    ['a line less', [mug]],
    [
      'digits that moved from one line to the next',
      [
        { sku: 'MUG-001', quantity: 21 },
        { sku: 'OT-001', quantity: 1 },
      ],
    ],
  ])('is another wish with %s', (_what, lines) => {
    const first = orderRequest('ada', 'k', [mug, pot])
    expect(() => sameWish(orderRequest('ada', 'k', lines), { order, hash: first.hash })).toThrow(
      expect.objectContaining({ problem: 'idempotency-key-reused' }),
    )
  })
})
