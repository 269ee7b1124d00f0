import { getEventListeners } from 'node:events'
import type { Settlement } from './events.ts'
import { createSettlements, type Settlements } from './settlements.ts'

const confirmed = (orderId: string): Settlement => ({
  orderId,
  status: 'confirmed',
  settledAt: '2026-01-01T00:00:00.000Z',
  cancelledAt: null,
})

describe('requests that wait for a settlement', () => {
  let settlements: Settlements
  let inDatabase: Settlement[] = []
  const { signal: asked } = new AbortController()
  beforeEach(() => {
    inDatabase = []
    settlements = createSettlements(async (ids) => inDatabase.filter(({ orderId }) => ids.includes(orderId)))
  })
  afterEach(() => settlements.stop())

  it('are answered when a message tells of it, every one that waits for the same order', async () => {
    const waits = [settlements.wait('a', 30_000, asked), settlements.wait('a', 30_000, asked)]
    settlements.announce([confirmed('b'), confirmed('a')])
    expect(await Promise.all(waits)).toEqual([confirmed('a'), confirmed('a')])
  })

  it('are answered from the database when no message comes', async () => {
    inDatabase = [confirmed('a')]
    expect(await settlements.wait('a', 30_000, asked)).toEqual(confirmed('a'))
  })

  it('are let go when their time is up', async () => {
    expect(await settlements.wait('a', 10, asked)).toBeUndefined()
  })

  it('are let go when the process stops, and those that come later at once', async () => {
    const wait = settlements.wait('a', 30_000, asked)
    settlements.stop()
    expect(await wait).toBeUndefined()
    expect(await settlements.wait('b', 30_000, asked)).toBeUndefined()
  })

  it('are let go when their caller has gone, before or meanwhile, and leave nothing behind', async () => {
    const caller = new AbortController()
    const wait = settlements.wait('a', 30_000, caller.signal)
    const other = settlements.wait('a', 30_000, asked)
    caller.abort()
    expect(await wait).toBeUndefined()
    expect(await settlements.wait('a', 30_000, caller.signal)).toBeUndefined()
    settlements.announce([confirmed('a')])
    expect(await other).toEqual(confirmed('a'))
    expect(getEventListeners(asked, 'abort')).toEqual([])
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  })
})
