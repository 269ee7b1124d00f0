import assert from 'node:assert/strict'
import { topology } from '@shop/messaging/topology.ts'
import { newProduct, restock } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import amqplib, { type Channel, type ChannelModel } from 'amqplib'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { call } from '../loadtests/lab/client.ts'
import { blockProduct } from './support/block.ts'
import { testSecret, useStack } from './support/stack.ts'

// What becomes of orders whose messages are lost, whoever lost them: they settle without a hand.

const AFTER_MS = 500
const STOCK = 1_000
const ORDERS = 20

describe('orders whose messages are lost', () => {
  afterAll(async () => {
    await Promise.all([ordersDb?.end(), inventoryDb?.end()])
    await connection?.close()
  })
  const stack = useStack('services', {
    replicas: { orders: 2 },
    env: () => ({ RECONCILE_AFTER_MS: String(AFTER_MS) }),
  })
  let connection: ChannelModel
  let channel: Channel
  let forInventory: string
  let forOrders: string
  let ordersDb: pg.Client
  let inventoryDb: pg.Client
  let context: ContractContext
  let token: string
  let sku: string

  beforeAll(async () => {
    const { amqp, databases, url } = stack.current
    assert.ok(amqp && 'orders' in databases)
    connection = await amqplib.connect(amqp.url)
    const names = topology(amqp.namespace)
    forInventory = names.queue('inventory', 'orders')
    forOrders = names.queue('orders', 'stock')
    ordersDb = new pg.Client(databases.orders)
    inventoryDb = new pg.Client(databases.inventory)
    await Promise.all([ordersDb.connect(), inventoryDb.connect()])
    context = createContext({ baseUrl: url, secret: testSecret })
    token = newCustomer(context).token
  })
  beforeEach(async () => {
    channel = await connection.createChannel()
    sku = await newProduct(context, STOCK)
  })
  afterEach(() => channel.close())

  const post = (path: string, more: object = {}) =>
    call<{ id: string; status: string }>('POST', `${stack.current.url}${path}`, { token, ...more })
  const order = async () => {
    const body = { lines: [{ sku, quantity: 1 }] }
    const answer = await post('/orders', { key: newKey(), body })
    assert.equal(answer.status, 202)
    return answer.body.id
  }
  const orderMany = () => Promise.all(Array.from({ length: ORDERS }, order))
  const cancel = async (id: string) => assert.equal((await post(`/orders/${id}/cancel`)).status, 200)

  /** Waits until these have settled, and no more stock is gone than those that are confirmed hold. */
  async function settle(ids: string[], cancelled: string[] = []): Promise<void> {
    await eventually(async () => {
      const { rows } = await ordersDb.query(
        `select id, status, released_at is not null as released from orders where id = any($1)`,
        [ids],
      )
      for (const { id, status, released } of rows) {
        const expected = cancelled.includes(id) ? ['cancelled', true] : ['confirmed', false]
        assert.deepEqual([status, released], expected)
      }
    }, 30_000)
    const { rows } = await inventoryDb.query('select available from product where sku = $1', [sku])
    expect(Number(rows[0].available)).toBe(STOCK - (ids.length - cancelled.length))
  }

  it('settle when the queue to inventory is deleted with them, those too that are cancelled meanwhile', async () => {
    const { databases } = stack.current
    assert.ok('inventory' in databases)
    const block = await blockProduct(databases.inventory, sku)
    const ids = await orderMany()
    const cancelled = ids.slice(0, 5)
    await Promise.all(cancelled.map(cancel))
    await channel.deleteQueue(forInventory)
    await block.lift()
    await settle(ids, cancelled)
  })

  it.each([
    ['deleted', () => channel.deleteQueue(forOrders)],
    ['emptied', () => channel.purgeQueue(forOrders)],
  ])('settle when the queue with the answers is %s', async (_, lose) => {
    const { databases, control } = stack.current
    assert.ok('inventory' in databases)
    const block = await blockProduct(databases.inventory, sku)
    const ids = await orderMany()
    for (const name of ['orders', 'orders-2']) await control.stop(name)
    await block.lift()
    await eventually(async () => {
      const { rows } = await inventoryDb.query('select from reservation where order_id = any($1)', [ids])
      assert.equal(rows.length, ORDERS)
      // Some were said more than once while they waited.
      assert.ok((await channel.checkQueue(forOrders)).messageCount >= ORDERS)
    })
    await lose()
    for (const name of ['orders', 'orders-2']) await control.start(name)
    for (const name of ['orders', 'orders-2']) await control.ready(name)
    await settle(ids)
  })

  it('settle when all become dead letters', async () => {
    const lose = async (queue: string) => {
      const { consumerTag } = await channel.consume(queue, (raw) => raw && channel.reject(raw, false))
      return consumerTag
    }
    const tags = await Promise.all([forInventory, forOrders].map(lose))
    const ids = await orderMany()
    await Promise.all(ids.slice(0, 3).map(cancel))
    for (const tag of tags) await channel.cancel(tag)
    await settle(ids, ids.slice(0, 3))
    for (const queue of [forInventory, forOrders]) await channel.purgeQueue(`${queue}.dead`)
  })

  it('are said by whichever replica, once each time, and of what is rejected inventory says so again', async () => {
    const poor = await newProduct(context, 0)
    const ids = Array.from({ length: 300 }, () => uuidv7())
    await ordersDb.query(
      `with o as (
         insert into orders (id, customer, idempotency_key, request_hash, status, total_cents, created_at)
         select id, 'ada', id::text, '', 'pending', 0, now() - interval '1 minute' from unnest($1::uuid[]) as id
         returning id
       ) insert into order_line select id, 1, $2, 'Thing', 1, 100 from o`,
      [ids, poor],
    )
    await eventually(async () => {
      const { rows } = await ordersDb.query(
        `select count(*)::int as n, max(said_times) as times from orders where id = any($1) and status = 'rejected'`,
        [ids],
      )
      assert.deepEqual(rows[0], { n: 300, times: 1 })
    }, 30_000)
    // Though there is stock by now.
    await restock(context, poor, 10)
    await ordersDb.query(`update orders set status = 'pending' where id = $1`, [ids[0]])
    await eventually(async () => {
      const { rows } = await ordersDb.query('select status from orders where id = $1', [ids[0]])
      assert.equal(rows[0].status, 'rejected')
    })
  })

  it('are not said while their facts wait, however long that takes', async () => {
    await channel.unbindQueue(forInventory, topology(stack.current.amqp!.namespace).events, 'order.placed')
    const saidTimes = async () =>
      (await ordersDb.query('select sum(said_times)::int as n from orders')).rows[0].n as number
    const before = await saidTimes()
    const id = await order()
    const lost = uuidv7()
    await ordersDb.query(
      `with o as (
         insert into orders (id, customer, idempotency_key, request_hash, status, total_cents)
         values ($1::uuid, 'ada', $1::text, '', 'pending', 0) returning id
       ) insert into order_line select id, 1, $2, 'Thing', 1, 100 from o`,
      [lost, sku],
    )
    // The one without a fact is said, and then both wait.
    await eventually(async () => assert.equal(await saidTimes(), before + 1))
    await new Promise((resolve) => setTimeout(resolve, 5 * AFTER_MS))
    expect(await saidTimes()).toBe(before + 1)
    await channel.bindQueue(forInventory, topology(stack.current.amqp!.namespace).events, 'order.placed')
    await settle([id, lost])
  })

  it('are told of in the metrics', async () => {
    const texts = await Promise.all(
      stack.current.processes
        .filter(({ name }) => name.startsWith('orders'))
        .map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    )
    const sum = (name: string) =>
      texts
        .map((text) => Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(text)![1]))
        .reduce((one, other) => one + other)
    expect(sum('orders_said_again_total')).toBeGreaterThan(300)
    expect(sum('orders_pending')).toBe(0)
    expect(sum('order_settle_seconds_count')).toBeGreaterThan(300)
  })
})
