import type { Span } from './otlp.ts'
import { sharesOf } from './parts.ts'

let ids = 0
const span = (service: string, kind: Span['kind'], start: number, end: number, name = 'x'): Span => ({
  traceId: 't',
  id: String(++ids),
  name,
  kind,
  service,
  start,
  end,
  attributes: {},
  links: [],
  failed: false,
})
const statement = (service: string, start: number, end: number) => ({
  ...span(service, 'client', start, end),
  attributes: { 'db.system.name': 'postgresql' },
})

describe('sharesOf', () => {
  it('gives each moment to the span that began last, and the whole time away', () => {
    const shares = sharesOf([
      span('gateway', 'server', 0, 10),
      span('gateway', 'client', 1, 9),
      span('orders', 'server', 2, 8),
      statement('orders', 3, 5),
    ])
    expect(shares).toEqual([
      { service: 'orders', part: 'code', ms: 4 },
      { service: 'gateway', part: 'code', ms: 2 },
      { service: 'gateway', part: 'sending', ms: 2 },
      { service: 'orders', part: 'statement', ms: 2 },
    ])
  })

  it('leaves to a held request only what nobody else accounts for', () => {
    const shares = sharesOf([
      span('orders', 'server', 0, 10),
      span('orders', 'internal', 1, 10, 'wait for the settlement'),
      span('orders', 'producer', 2, 4),
      span('inventory', 'consumer', 5, 9),
    ])
    expect(shares.find(({ part }) => part === 'waiting')).toEqual({
      service: 'orders',
      part: 'waiting',
      ms: 3,
    })
  })

  it('counts nothing beyond the answer', () => {
    const shares = sharesOf([span('orders', 'server', 5, 10), statement('orders', 8, 14)])
    expect(shares.map(({ ms }) => ms)).toEqual([3, 2])
  })
})
