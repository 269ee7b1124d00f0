import { orderAt, ordersOf, withBatches } from './orders.ts'
import type { Span } from './otlp.ts'

const span = (traceId: string, id: string, parent?: string, more: Partial<Span> = {}): Span => ({
  traceId,
  id,
  ...(parent && { parent }),
  name: 'x',
  kind: 'internal',
  service: 'orders',
  start: 100,
  end: 101,
  attributes: {},
  links: [],
  failed: false,
  ...more,
})
const placed = (traceId: string, ms: number, status = 201): Span =>
  span(traceId, `${traceId}-root`, undefined, {
    name: 'POST /orders',
    kind: 'server',
    end: 100 + ms,
    attributes: { 'http.response.status_code': status },
  })

describe('ordersOf', () => {
  it('finds those that were answered once they had settled, the fastest first', () => {
    const { orders } = ordersOf([placed('a', 9), placed('b', 3), placed('c', 1, 202)], 0)
    expect(orders.map(({ traceId, settledMs }) => [traceId, settledMs])).toEqual([
      ['b', 3],
      ['a', 9],
    ])
  })

  it('leaves out what began before', () => {
    expect(ordersOf([placed('a', 9)], 101).orders).toEqual([])
  })

  it('counts traces in which a span is missing, and does not use them', () => {
    const spans = [placed('a', 9), span('a', 'x', 'lost'), placed('b', 3), span('b', 'y', 'b-root')]
    const { orders, incomplete } = ordersOf(spans, 0)
    expect([orders.map(({ traceId }) => traceId), incomplete]).toEqual([['b'], 1])
  })

  it('has the first process’s request first, whatever the clocks say', () => {
    const early = span('a', 'x', 'a-root', { start: 99 })
    expect(ordersOf([early, placed('a', 9)], 0).orders[0]!.spans[0]!.id).toBe('a-root')
  })
})

describe('orderAt', () => {
  const { orders } = ordersOf(
    Array.from({ length: 200 }, (_, i) => placed(String(i), i + 1)),
    0,
  )
  it.each([
    [50, 100],
    [99, 198],
    [0, 1],
    [100, 200],
  ])('is at percentile %i the one of %i ms', (percentile, ms) => {
    expect(orderAt(orders, percentile).settledMs).toBe(ms)
  })
})

describe('withBatches', () => {
  it('shows what was done for a batch below the order’s own span of it, and nothing of other orders', () => {
    const mine = [placed('a', 9), span('a', 'handled', 'a-root', { kind: 'consumer', links: ['first'] })]
    const theirs = [
      placed('b', 9),
      span('b', 'first', 'b-root', { kind: 'consumer' }),
      span('b', 'transaction', 'first'),
      span('b', 'statement', 'transaction', { kind: 'client' }),
      span('b', 'send', 'first', { kind: 'producer' }),
    ]
    const [order] = ordersOf([...mine, ...theirs], 0).orders.filter(({ traceId }) => traceId === 'a')
    const { spans } = withBatches(order!, [...mine, ...theirs])
    expect(spans.map(({ id, parent }) => [id, parent]).slice(1)).toEqual([
      ['handled', 'a-root'],
      ['transaction', 'handled'],
      ['statement', 'transaction'],
    ])
  })
})
