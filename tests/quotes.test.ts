import assert from 'node:assert/strict'
import { createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { planProcesses } from '../loadtests/lab/stacks/plan.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { ask } from './support/gateway.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import { testSecret, testServers } from './support/stack.ts'
import { startUpstream, type Upstream } from './support/upstream.ts'

// What inventory answers is another process's word: orders makes no order of what it cannot read.

const good = { sku: 'MUG-001', name: 'A mug', priceCents: 1_250 }
const quotes = (...items: object[]) => JSON.stringify({ items })

describe('orders, of what inventory answers when it is asked for prices,', () => {
  let storage: Storage
  let orders: TestProcess
  let inventory: Upstream
  let answer = { status: 200, text: '' }

  beforeAll(async () => {
    inventory = await startUpstream((_request, response) =>
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text),
    )
    storage = await createStorage('services', testServers())
    const plans = await planProcesses('services', storage, { secret: testSecret })
    const plan = plans.find(({ kind }) => kind === 'orders')!
    orders = startProcess({ ...plan, env: { ...plan.env, INVENTORY_URLS: inventory.url } })
    await orders.ready()
  })
  afterAll(async () => {
    orders.signal('SIGKILL')
    await orders.ended
    await inventory.close()
    await storage.remove()
  })

  async function placed(text: string, status = 200) {
    answer = { status, text }
    const context = createContext({ baseUrl: orders.url, secret: testSecret })
    const headers = {
      authorization: `Bearer ${newCustomer(context).token}`,
      'content-type': 'application/json',
      'idempotency-key': newKey(),
    }
    const body = JSON.stringify({ lines: [{ sku: 'MUG-001', quantity: 2 }] })
    const placed = await ask(context, '/orders', { method: 'POST', headers, body })
    const listed = await ask(context, '/orders', { headers: { authorization: headers.authorization } })
    return { ...placed, kept: JSON.parse(listed.text).items.length as number }
  }

  it('takes names and prices, whatever else is in it', async () => {
    const more = JSON.stringify({ items: [{ ...good, colour: 'blue' }], at: 'noon' })
    const { status, text, kept } = await placed(more)
    expect([status, kept, JSON.parse(text).totalCents]).toEqual([202, 1, 2_500])
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['half of it', quotes(good).slice(0, -3)],
    ['null', 'null'],
    ['a list', '[]'],
    ['no items', '{}'],
    ['items that are no list', '{"items":{}}'],
    ['an item that is none', '{"items":[null]}'],
    ['a price that is text', quotes({ ...good, priceCents: '1250' })],
    ['a price in parts of a cent', quotes({ ...good, priceCents: 12.5 })],
    ['a price below zero', quotes({ ...good, priceCents: -1 })],
    ['a price beyond all bounds', quotes({ ...good, priceCents: 1e15 })],
    ['no price', quotes({ sku: good.sku, name: good.name })],
    ['no name', quotes({ sku: good.sku, priceCents: 1 })],
    ['two prices for one product', quotes(good, { ...good, priceCents: 1 })],
    ['a good item and a bad one', quotes(good, { sku: 'POT-001' })],
    ['another status', quotes(good), 201],
    ['a problem', '{"status":500}', 500],
  ])('takes %s for no answer: 503, and no order is made', async (_what, text, status = 200) => {
    const before = orders.lines.length
    const answered = await placed(text, status)
    expect([answered.status, answered.kept]).toEqual([503, 0])
    expect(answered.text).not.toMatch(/inventory|quote/)
    await eventually(async () =>
      assert.ok(orders.lines.slice(before).some((line) => /inventory .*quotes/.test(line))),
    )
  })
})
