import assert from 'node:assert/strict'
import { once } from 'node:events'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { call } from '../loadtests/lab/client.ts'
import { arm } from '../loadtests/lab/faults/inside/crash/arm.ts'
import type { CrashPoint } from '../loadtests/lab/faults/inside/crash/points.ts'
import { CRASH_POINT, crashPreload, PLANT } from '../loadtests/lab/faults/inside/preload.ts'
import { type Meddler, startMeddler } from '../loadtests/lab/faults/meddle/channel.ts'
import { logToSink } from '../loadtests/lab/stacks/log.ts'
import { queueDepths } from '../loadtests/lab/stacks/namespace.ts'
import { type ProcessPlan, planProcesses } from '../loadtests/lab/stacks/plan.ts'
import { launch, type Running, untilReady } from '../loadtests/lab/stacks/process.ts'
import type { StackName } from '../loadtests/lab/stacks/stack.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { adminToken, customerToken, testSecret, testServers } from './support/stack.ts'

const SKU = 'MUG-0001'
const running: Running[] = []
const databases: pg.Client[] = []
let storage: Storage
let plans: ProcessPlan[]

/** Databases and a namespace for the processes that a block starts one by one. */
function useStorage(stack: StackName) {
  beforeAll(async () => {
    storage = await createStorage(stack, testServers())
    plans = await planProcesses(stack, storage, { secret: testSecret })
  })
  afterAll(async () => {
    for (const client of databases.splice(0)) await client.end()
    await storage.remove()
  })
  afterEach(async () => {
    for (const { child } of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })
}

/** Starts a process and waits until it is ready. @returns its process id, and the signal that ends it */
async function start(name: string, changes: Partial<ProcessPlan> = {}) {
  const plan = plans.find((it) => it.name === name)!
  // Orders of earlier tests are not said again: what is in the outbox is counted.
  const env = { ...plan.env, RECONCILE_AFTER_MS: '3600000' }
  const it = launch(
    { ...plan, env, ...changes },
    logToSink(() => {}, name),
  )
  running.push(it)
  const ended = once(it.child, 'exit').then(([code, signal]) => signal ?? code)
  await untilReady(it)
  return { url: plan.url, pid: it.child.pid!, ended }
}

const startWith = (name: string, point: CrashPoint) => start(name, { preload: crashPreload(point) })

async function connect(name: 'monolith' | 'orders' | 'inventory') {
  const url = (storage.owners as Record<string, string>)[name]
  const client = new pg.Client(url)
  await client.connect()
  databases.push(client)
  return async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows
}

type Sql = Awaited<ReturnType<typeof connect>>

/** The only number of a table's only row. */
const count = async (sql: Sql, from: string) => Number((await sql(`select count(*) from ${from}`))[0].count)

async function order(url: string, key: string) {
  const body = { lines: [{ sku: SKU, quantity: 1 }] }
  return call<{ totalCents: number }>('POST', `${url}/orders`, { token: await customerToken(), key, body })
}

describe('the monolith is killed', () => {
  useStorage('monolith')

  /** Its database, with a product, once a first process has made the tables. */
  async function withProduct(): Promise<Sql> {
    const sql = await connect('monolith')
    await sql(`insert into product values ('${SKU}', 'Mug', 100, 50) on conflict do nothing`)
    return sql
  }

  it.each([
    ['order-before-commit', 0],
    ['order-after-commit', 1],
  ] as const)('at %s, at the second order, with %i of it left', async (point, left) => {
    const { url, pid, ended } = await startWith('monolith', point)
    const sql = await withProduct()
    await arm(pid, 2)
    expect((await order(url, `${point}-1`)).status).toBe(201)
    await expect(order(url, `${point}-2`)).rejects.toThrow()
    expect(await ended).toBe('SIGKILL')
    expect(await count(sql, `orders where idempotency_key = '${point}-2'`)).toBe(left)
  })

  it('at restock-after-insert, with the restock left', async () => {
    const { url, pid, ended } = await startWith('monolith', 'restock-after-insert')
    const sql = await withProduct()
    await arm(pid, 1)
    const restock = { token: await adminToken(), key: 'restock-key', body: { quantity: 7 } }
    await expect(call('POST', `${url}/products/${SKU}/restock`, restock)).rejects.toThrow()
    expect(await ended).toBe('SIGKILL')
    expect(await count(sql, 'restock')).toBe(1)
  })

  it('not at all by the environment alone, which changes nothing in it either', async () => {
    const env = { [CRASH_POINT]: 'order-before-commit', [PLANT]: 'monolith-wrong-total' }
    const { url, pid } = await start('monolith', { env: { ...plans[0]!.env, ...env } })
    await withProduct()
    await expect(arm(pid, 1, 500)).rejects.toThrow('did not take the order')
    const body = { lines: [{ sku: SKU, quantity: 3 }] }
    const token = await customerToken()
    const answer = await call('POST', `${url}/orders`, { token, key: 'plain-key-1', body })
    expect(answer).toMatchObject({ status: 201, body: { totalCents: 300 } })
  })
})

describe('a service is killed', () => {
  useStorage('services')
  let orders: Sql
  let inventory: Sql
  let meddler: Meddler
  const id = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`
  let next = 1

  /** Waits for so many messages in a work queue: those of a consumer that has died come back soon. */
  const queued = async (consumer: 'inventory' | 'orders', expected: number) =>
    eventually(async () => {
      const { work } = await queueDepths(storage.amqp!)
      const [forInventory, forOrders] = work.values()
      assert.equal(consumer === 'inventory' ? forInventory : forOrders, expected)
    })

  const publish = async (topic: string, orderIds: string[]) => {
    for (const orderId of orderIds) {
      const fact = { version: 1, orderId, lines: [{ sku: SKU, quantity: 1 }] }
      await meddler.publish(meddler.events, topic, Buffer.from(JSON.stringify(fact)), {
        messageId: id(next++),
      })
    }
  }
  const newIds = () => Array.from({ length: 4 }, () => id(next++))

  beforeAll(async () => {
    // Both once, for their tables and queues.
    for (const { pid } of [await start('inventory'), await start('orders')]) process.kill(pid)
    await Promise.all(running.splice(0).map(({ child }) => once(child, 'exit')))
    orders = await connect('orders')
    inventory = await connect('inventory')
    meddler = await startMeddler(storage.amqp!)
    await inventory(`insert into product values ('${SKU}', 'Mug', 100, 50)`)
  })
  afterAll(() => meddler.close())
  afterEach(async () => {
    for (const { queue } of meddler.work) await meddler.channel.purgeQueue(queue)
    for (const sql of [orders, inventory]) await sql('truncate outbox')
  })

  it('at order-after-insert, with the order left', async () => {
    await start('inventory')
    const { url, pid, ended } = await startWith('orders', 'order-after-insert')
    await arm(pid, 1)
    await expect(order(url, 'order-key-1')).rejects.toThrow()
    expect(await ended).toBe('SIGKILL')
    expect(await count(orders, `orders where idempotency_key = 'order-key-1'`)).toBe(1)
  })

  it.each([
    ['sent-before-delete', 1],
    ['sent-after-delete', 0],
  ] as const)('at %s, with %i fact in the outbox and the order on its way', async (point, left) => {
    await start('inventory')
    const { url, pid, ended } = await startWith('orders', point)
    await arm(pid, 1)
    expect((await order(url, `${point}-key`)).status).toBe(202)
    expect(await ended).toBe('SIGKILL')
    expect(await count(orders, 'outbox')).toBe(left)
    await eventually(async () => assert.equal(await count(inventory, 'reservation'), 1))
    await inventory('truncate reservation cascade')
  })

  it.each([
    ['relay-before-publish', 4, 0],
    ['relay-mid-batch', 4, 2],
    ['relay-before-commit', 4, 4],
    ['relay-after-commit', 0, 4],
  ] as const)('at %s, with %i messages in the outbox and %i on the broker', async (point, unsent, sent) => {
    const { pid, ended } = await startWith('orders', point)
    await arm(pid, 1)
    await orders(`insert into outbox select unnest($1::uuid[]), 'order.placed', '{}', '', ''`, [newIds()])
    expect(await ended).toBe('SIGKILL')
    expect(await count(orders, 'outbox')).toBe(unsent)
    await queued('inventory', sent)
  })

  it.each([
    ['stock-before-commit', 0, 4],
    ['stock-before-ack', 1, 4],
    ['stock-mid-ack', 4, 2],
  ] as const)('at %s, with %i orders reserved and %i messages left', async (point, reserved, left) => {
    const { pid, ended } = await startWith('inventory', point)
    await arm(pid, 1)
    const ids = newIds()
    await publish('order.placed', ids)
    expect(await ended).toBe('SIGKILL')
    const placed = `reservation where order_id = any('{${ids}}')`
    expect(await count(inventory, placed)).toBe(reserved)
    await queued('inventory', left)
  })

  it.each([
    ['settle-before-commit', 0, 4],
    ['settle-before-ack', 1, 4],
    ['settle-mid-ack', 4, 2],
  ] as const)('at %s, with %i orders settled and %i messages left', async (point, settled, left) => {
    const { pid, ended } = await startWith('orders', point)
    const ids = newIds()
    await orders(
      `insert into orders (id, customer, idempotency_key, request_hash, status, total_cents)
       select it, 'ada', it::text, '', 'pending', 0 from unnest($1::uuid[]) as it`,
      [ids],
    )
    await arm(pid, 1)
    await publish('stock.reserved', ids)
    expect(await ended).toBe('SIGKILL')
    expect(await count(orders, `orders where id = any('{${ids}}') and status = 'confirmed'`)).toBe(settled)
    await queued('orders', left)
  })
})
