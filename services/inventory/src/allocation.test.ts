import { allocate } from './allocation.ts'
import type { OrderFact } from './events.ts'

const line = (sku: string, quantity: number) => ({ sku, quantity })
const placed = (orderId: string, ...lines: ReturnType<typeof line>[]): OrderFact => ({
  topic: 'order.placed',
  payload: { version: 1, orderId, lines },
})
const cancelled = (orderId: string, ...lines: ReturnType<typeof line>[]): OrderFact => ({
  topic: 'order.cancelled',
  payload: { version: 1, orderId, lines },
})
const stock = (pieces: Record<string, number>) => new Map(Object.entries(pieces))

describe('allocating a batch', () => {
  it('takes all lines of an order', () => {
    const { deltas, reservations, held, news } = allocate(
      [placed('a', line('X', 2), line('Y', 1))],
      stock({ X: 2, Y: 5 }),
      new Map(),
    )
    expect(Object.fromEntries(deltas)).toEqual({ X: -2, Y: -1 })
    expect(reservations.get('a')).toBe('reserved')
    expect(held).toEqual([{ orderId: 'a', lines: [line('X', 2), line('Y', 1)] }])
    expect(news).toEqual([{ cause: 0, topic: 'stock.reserved', orderId: 'a' }])
  })

  it('takes no line of an order when one falls short', () => {
    const { deltas, held, news } = allocate(
      [placed('a', line('X', 1), line('Y', 6))],
      stock({ X: 2, Y: 5 }),
      new Map(),
    )
    expect(deltas.size).toBe(0)
    expect(held).toEqual([])
    expect(news).toEqual([{ cause: 0, topic: 'stock.rejected', orderId: 'a' }])
  })

  it('serves orders of one batch in their order, each from what the ones before it left', () => {
    const batch = [placed('a', line('X', 3)), placed('b', line('X', 3)), placed('c', line('X', 2))]
    const { deltas, reservations } = allocate(batch, stock({ X: 5 }), new Map())
    expect(Object.fromEntries(reservations)).toEqual({ a: 'reserved', b: 'rejected', c: 'reserved' })
    expect(deltas.get('X')).toBe(-5)
  })

  it('gives what a cancelled order held to the next one', () => {
    const batch = [placed('a', line('X', 5)), cancelled('a', line('X', 5)), placed('b', line('X', 5))]
    const { deltas, reservations, news } = allocate(batch, stock({ X: 5 }), new Map())
    expect(Object.fromEntries(reservations)).toEqual({ a: 'released', b: 'reserved' })
    expect(deltas.get('X')).toBe(-5)
    expect(news.map(({ topic }) => topic)).toEqual(['stock.reserved', 'stock.released', 'stock.reserved'])
  })

  it('reserves nothing for an order whose cancel came first', () => {
    const batch = [cancelled('a', line('X', 1)), placed('a', line('X', 1))]
    const { deltas, reservations, news } = allocate(batch, stock({ X: 5 }), new Map())
    expect(deltas.size).toBe(0)
    expect(reservations.get('a')).toBe('released')
    expect(news.map(({ topic }) => topic)).toEqual(['stock.released', 'stock.released'])
  })

  it.each([
    ['reserved', 'order.placed', 'stock.reserved'],
    ['rejected', 'order.placed', 'stock.rejected'],
    // The tombstone of a cancel that came first.
    ['released', 'order.placed', 'stock.released'],
    ['released', 'order.cancelled', 'stock.released'],
  ] as const)(
    'answers what is %s, when %s is said again, by %s, and moves nothing',
    (known, said, answer) => {
      const say = said === 'order.placed' ? placed : cancelled
      const fact = say('a', line('X', 1))
      const result = allocate([fact, fact], stock({ X: 5 }), new Map([['a', known]]))
      expect(result.news).toEqual([0, 1].map((cause) => ({ cause, topic: answer, orderId: 'a' })))
      expect([result.deltas.size, result.reservations.size, result.held.length]).toEqual([0, 0, 0])
    },
  )

  it('takes stock once for an order that is said twice in one batch, and answers both', () => {
    const batch = [placed('a', line('X', 2)), placed('a', line('X', 2))]
    const { deltas, held, news } = allocate(batch, stock({ X: 5 }), new Map())
    expect(deltas.get('X')).toBe(-2)
    expect(held).toHaveLength(1)
    expect(news.map(({ topic }) => topic)).toEqual(['stock.reserved', 'stock.reserved'])
  })

  it('gives nothing back for a rejected order, nor twice', () => {
    const known = new Map([
      ['a', 'rejected'],
      ['b', 'released'],
    ] as const)
    const batch = [cancelled('a', line('X', 1)), cancelled('b', line('X', 1))]
    const { deltas, reservations } = allocate(batch, stock({ X: 5 }), known)
    expect(deltas.size).toBe(0)
    expect(Object.fromEntries(reservations)).toEqual({ a: 'released' })
  })

  it('rejects an order for a product that does not exist', () => {
    const { reservations } = allocate([placed('a', line('NOPE', 1))], stock({}), new Map())
    expect(reservations.get('a')).toBe('rejected')
  })
})
