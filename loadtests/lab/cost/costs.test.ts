import { parseIo } from './bytes.ts'
import { costOf } from './costs.ts'
import { costPerOrder } from './per-order.ts'
import { parseCounters } from './scrape.ts'

const TEXT = `# HELP db_statements_total Round trips
# TYPE db_statements_total counter
db_statements_total{service="orders"} 12
db_statements_total{service="orders",kind="a } b 99"} 3 1700000000000
db_statements_totally 7
messages_published_total 1e3
http_request_duration_seconds_bucket{le="+Inf"} 4

`
const NAMES = ['db_statements_total', 'messages_published_total', 'messages_consumed_total']

describe('parseCounters', () => {
  it('sums over labels, and leaves out what is not asked for or not there', () => {
    expect([...parseCounters(TEXT, NAMES)]).toEqual([
      ['db_statements_total', 15],
      ['messages_published_total', 1_000],
    ])
  })
})

describe('parseIo', () => {
  it('adds what was read and what was written', () => {
    expect(parseIo('rchar: 700\nwchar: 30\nsyscr: 1\nsyscw: 2\nread_bytes: 4096\n')).toBe(730)
  })

  it.each(['', 'rchar: 700\n', 'wchar: 700\n'])('is unknown from %j', (text) => {
    expect(parseIo(text)).toBeNull()
  })
})

describe('costOf', () => {
  const look = (statements: number, bytes: number | null) => ({
    counters: new Map([['db_statements_total', statements]]),
    bytes,
  })

  it('is what grew', () => {
    expect(costOf('orders', look(5, 100), look(25, 1_100))).toEqual({
      name: 'orders',
      statements: 20,
      published: 0,
      consumed: 0,
      bytes: 1_000,
    })
  })

  it('does not know bytes where one look did not', () => {
    expect(costOf('orders', look(5, null), look(25, 1_100)).bytes).toBeNull()
    expect(costOf('orders', look(5, 100), look(25, null)).bytes).toBeNull()
  })

  it('says so when a process began anew', () => {
    expect(() => costOf('orders', look(25, 0), look(5, 0))).toThrow('db_statements_total of orders fell')
  })
})

describe('costPerOrder', () => {
  const cost = (name: string, bytes: number | null) => ({
    name,
    statements: 30,
    published: 10,
    consumed: 0,
    bytes,
  })

  it('adds up the processes and divides', () => {
    expect(costPerOrder([cost('orders', 600), cost('inventory', 400)], 10)).toEqual({
      statements: 6,
      published: 2,
      consumed: 0,
      bytes: 100,
    })
  })

  it('knows no bytes where those of a process are not known', () => {
    expect(costPerOrder([cost('orders', 600), cost('inventory', null)], 10).bytes).toBeNull()
  })

  it('is none where no order was counted', () => {
    expect(() => costPerOrder([cost('orders', 1)], 0)).toThrow('Without orders')
  })
})
