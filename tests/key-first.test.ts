import assert from 'node:assert/strict'
import { newProduct } from '@shop/shared/testing/calls.ts'
import {
  type ContractContext,
  createContext,
  newAdmin,
  newCustomer,
  newKey,
} from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { type Answer, call } from '../loadtests/lab/client.ts'
import { blockProduct } from './support/block.ts'
import { testSecret, useStack } from './support/stack.ts'

/** More than a process has connections. */
const MANY = 15

const contextOf = (url: string) => createContext({ baseUrl: url, secret: testSecret })

/** Asks for an order of this quantity, under a fresh key of a fresh customer, or always the same. */
function ordering({ urlFor, secret }: ContractContext, sku: string) {
  const { token } = newCustomer({ urlFor, secret })
  const key = newKey()
  return (quantity: number, prefer?: string) =>
    call('POST', `${urlFor('/orders')}/orders`, { token, key, prefer, body: { lines: [{ sku, quantity }] } })
}

function restocking({ urlFor, secret }: ContractContext, sku: string) {
  const { token } = newAdmin({ urlFor, secret })
  const key = newKey()
  return (quantity: number) =>
    call('POST', `${urlFor('/products')}/products/${sku}/restock`, { token, key, body: { quantity } })
}

const freshOrder = (context: ContractContext, sku: string) => ordering(context, sku)(1)
const freshRestock = (context: ContractContext, sku: string) => restocking(context, sku)(1)

/** An order that was placed once and settled, how to ask for it again, and how to ask for another under its key. */
async function storedOrder(context: ContractContext, sku: string) {
  const ask = ordering(context, sku)
  const first = await ask(1, 'wait=10')
  assert.equal(first.status, 201)
  return { again: () => ask(1), other: () => ask(2), first: first.body }
}

async function storedRestock(context: ContractContext, sku: string) {
  const ask = restocking(context, sku)
  assert.equal((await ask(1)).status, 200)
  return { again: () => ask(1), other: () => ask(2) }
}

/** The key of something that is stored answers with that, and refuses anything else, whatever is the matter. */
async function expectAnswered(
  { again, other }: { again(): Promise<Answer>; other(): Promise<Answer> },
  status: number,
) {
  const [same, another] = await Promise.all([again(), other()])
  expect([same.status, another.status]).toEqual([status, 422])
  return same.body
}

/** Whoever waited for a connection, and then for the lock, may have used up the time for an answer. */
function expectBusy(answers: Answer[]): void {
  expect(answers.filter(({ status }) => ![503, 504].includes(status))).toEqual([])
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  return client
}

describe('a key that stands for something, at the monolith', () => {
  const stack = useStack('monolith')
  const urlOf = () => ('monolith' in stack.current.databases ? stack.current.databases.monolith : '')

  it('is answered while the row of a product is locked, and nobody waits for the lock to be given up', async () => {
    const context = contextOf(stack.current.url)
    const sku = await newProduct(context, 10)
    const order = await storedOrder(context, sku)
    const block = await blockProduct(urlOf(), sku)
    try {
      expect(await expectAnswered(order, 201)).toEqual(order.first)
      await block.someoneWaits()
    } finally {
      await block.lift()
    }
  })

  it('is answered while all connections wait for locks: an order and a restock', async () => {
    const context = contextOf(stack.current.url)
    const [locked, free] = [await newProduct(context, 100), await newProduct(context, 100)]
    const [order, restock] = [await storedOrder(context, free), await storedRestock(context, free)]
    const block = await blockProduct(urlOf(), locked)
    try {
      const waiting = Array.from({ length: MANY }, () => freshOrder(context, locked))
      await block.someoneWaits()
      expect(await expectAnswered(order, 201)).toEqual(order.first)
      await expectAnswered(restock, 200)
      expectBusy(await Promise.all(waiting))
    } finally {
      await block.lift()
    }
  }, 20_000)
})

describe('a key that stands for something, at the services', () => {
  const stack = useStack('services', { expectedComplaints: [/inventory/] })
  const databases = () => {
    assert.ok('orders' in stack.current.databases)
    return stack.current.databases
  }

  it('is answered while all connections of inventory wait for locks: a restock', async () => {
    const context = contextOf(stack.current.url)
    const [locked, free] = [await newProduct(context, 100), await newProduct(context, 100)]
    const restock = await storedRestock(context, free)
    const block = await blockProduct(databases().inventory, locked)
    try {
      const waiting = Array.from({ length: MANY }, () => freshRestock(context, locked))
      await block.someoneWaits()
      await expectAnswered(restock, 200)
      expectBusy(await Promise.all(waiting))
    } finally {
      await block.lift()
    }
  }, 20_000)

  it('is answered while all connections of orders wait for locks', async () => {
    const context = contextOf(stack.current.url)
    const sku = await newProduct(context, 100)
    const order = await storedOrder(context, sku)
    const holder = await connected(databases().orders)
    try {
      // Who writes has to wait, who reads has not.
      await holder.query('begin')
      await holder.query('lock table orders in share mode')
      const waiting = Array.from({ length: MANY }, () => freshOrder(context, sku))
      await eventually(async () => {
        const { rows } = await holder.query(
          `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        assert.ok(rows[0].count > 0, 'no statement waits')
      })
      expect(await expectAnswered(order, 201)).toEqual(order.first)
      await holder.query('rollback')
      await Promise.all(waiting)
    } finally {
      await holder.end()
    }
  }, 20_000)

  it('is answered while the backlog is full', async () => {
    const context = contextOf(stack.current.url)
    const sku = await newProduct(context, 100)
    const order = await storedOrder(context, sku)
    const client = await connected(databases().orders)
    try {
      await client.query(FILL)
      await eventually(async () => assert.equal((await freshOrder(context, sku)).status, 503))
      expect(await expectAnswered(order, 201)).toEqual(order.first)
      for (const statement of EMPTY) await client.query(statement)
      await eventually(async () => assert.equal((await freshOrder(context, sku)).status, 202))
    } finally {
      await client.end()
    }
  }, 30_000)

  it('is answered while inventory hangs, and while it is away', async () => {
    const context = contextOf(stack.current.url)
    const sku = await newProduct(context, 100)
    const order = await storedOrder(context, sku)
    const { control } = stack.current
    control.signal('inventory', 'SIGSTOP')
    expect(await expectAnswered(order, 201)).toEqual(order.first)
    control.allowEnd('inventory')
    control.signal('inventory', 'SIGKILL')
    await control.ended('inventory')
    expect(await expectAnswered(order, 201)).toEqual(order.first)
    expect((await freshOrder(context, sku)).status).toBe(503)
    await control.start('inventory')
    await control.ready('inventory')
  }, 40_000)
})

/** More than orders lets be under way, of nobody. */
const TOO_MANY = 2_001
const FILL = `with facts as (
                insert into outbox (id, topic, payload, traceparent, request_id)
                select gen_random_uuid(), 'nobody.asked', '{}', '', '' from generate_series(1, ${TOO_MANY})
              )
              insert into orders (id, customer, idempotency_key, request_hash, status, total_cents)
              select gen_random_uuid(), 'nobody', n::text, '', 'pending', 0 from generate_series(1, ${TOO_MANY}) as n`
const EMPTY = [
  `delete from outbox where topic = 'nobody.asked'`,
  `delete from orders where customer = 'nobody'`,
]
