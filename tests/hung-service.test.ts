import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { newProduct, place } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { type Link, startLink } from '../loadtests/lab/faults/link.ts'
import { ask } from './support/gateway.ts'
import { testSecret, testServers, useStack } from './support/stack.ts'

// One part's trouble stays its own: the real processes, and one of them stopped by a signal or without its broker.

const EVERY_MS = 1_000 / 60

describe('while orders hangs, sixty reads of the catalogue and sixty orders a second', () => {
  const stack = useStack('services', {
    log: () => undefined,
    env: () => ({ RATE_LIMIT: '10000' }),
  })
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })

  it('the catalogue is read as ever, and orders are refused at once after the first limit', async () => {
    const sku = await newProduct(context(), 1_000)
    const customer = newCustomer(context())
    const lines = [{ sku, quantity: 1 }]
    expect((await place(context(), customer, lines)).status).toBeLessThan(300)
    const post = () =>
      ask(context(), '/orders', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${customer.token}`,
          'content-type': 'application/json',
          'idempotency-key': newKey(),
        },
        body: JSON.stringify({ lines }),
      })
    const open = async () =>
      /^upstream_circuit_open\{.*"orders".*\} 1$/m.test((await ask(context(), '/metrics')).text)

    const { control } = stack.current
    control.signal('orders', 'SIGSTOP')
    const reads: Promise<{ status: number }>[] = []
    const first: Promise<{ status: number }>[] = []
    const later: Promise<{ status: number }>[] = []
    let isOpen = false
    let waiting = 0
    for (let i = 0; later.length < 240; i++) {
      reads.push(ask(context()))
      if (isOpen) waiting++
      const answer = post().finally(() => isOpen && waiting--)
      ;(isOpen ? later : first).push(answer)
      if (!isOpen && i % 10 === 0) isOpen = await open()
      await delay(EVERY_MS)
    }
    control.signal('orders', 'SIGCONT')
    expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set((await Promise.all(later)).map(({ status }) => status))).toEqual(new Set([503]))
    await Promise.all(first)
    await eventually(async () => assert.ok((await place(context(), customer, lines)).status < 300))
  }, 60_000)
})

describe('while the broker is away, orders that was started anew', () => {
  let link: Link
  beforeAll(async () => {
    const { hostname, port } = new URL(testServers().amqpUrl)
    link = await startLink({ to: { host: hostname, port: Number(port || 5672) } })
  })
  const stack = useStack('services', {
    log: () => undefined,
    via: (from, to, url) =>
      from === 'orders' && to === 'rabbitmq' ? Object.assign(new URL(url), { port: link.port }).href : url,
  })
  // After the stack's own: its queues go by the link.
  afterAll(() => link.close())
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })

  it('is read through the gateway, though the first call is an order that waits', async () => {
    const sku = await newProduct(context(), 1_000)
    const customer = newCustomer(context())
    const headers = { authorization: `Bearer ${customer.token}` }
    const read = () => ask(context(), '/orders', { headers })
    const { control } = stack.current
    link.cut()
    await control.stop('orders')
    // Every circuit to it is open.
    for (let i = 0; i < 30; i++) expect((await read()).status).toBe(503)
    await control.start('orders')

    const wait = () =>
      ask(context(), '/orders', {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'idempotency-key': newKey(),
          prefer: 'wait=30',
        },
        body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
      })
    await eventually(async () => {
      const answer = wait()
      assert.equal(
        await Promise.race([answer.then(({ status }) => status), delay(500, 'it waits')]),
        'it waits',
      )
    }, 20_000)
    const reads = await Promise.all(Array.from({ length: 46 }, read))
    expect(reads.map(({ status }) => status)).toEqual(Array(46).fill(200))
  }, 60_000)
})
