import assert from 'node:assert/strict'
import { topology } from '@shop/messaging/topology.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import amqplib, { type Channel, type ChannelModel } from 'amqplib'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { call } from '../loadtests/lab/client.ts'
import { type Link, startLink } from '../loadtests/lab/faults/link.ts'
import type { Stack } from '../loadtests/lab/stacks/start.ts'
import { adminToken, customerToken, startTestStack, testServers } from './support/stack.ts'

// The services while something that they use is broken, or meddled with: nothing is lost, nothing is set aside that could be
// handled, no process ends, and one message that cannot be read costs that message alone.

interface Placed {
  id: string
  status: string
}

const { postgresUrl, amqpUrl } = testServers()
const WITHIN_MS = 25_000

let stack: Stack
let links: Link[]
let connection: ChannelModel
let channel: Channel
let names: ReturnType<typeof topology>
let admin: pg.Client
let inventory: pg.Client
let pids: number[]

beforeAll(async () => {
  links = []
  // Between the services and RabbitMQ: what is cut there, the broker takes for connections that broke.
  const via = async (_from: string, to: string, url: string) => {
    if (to !== 'rabbitmq') return url
    const there = new URL(url)
    const link = await startLink({ to: { host: there.hostname, port: Number(there.port) } })
    links.push(link)
    there.host = `127.0.0.1:${link.port}`
    return there.href
  }
  stack = await startTestStack('services', { replicas: { orders: 2 }, via })
  names = topology(stack.amqp!.namespace)
  connection = await amqplib.connect(amqpUrl)
  channel = await openChannel()
  admin = new pg.Client(postgresUrl)
  await admin.connect()
  inventory = await asOwner(database('inventory'))
  pids = stack.processes.map(({ pid }) => pid)
}, 60_000)

afterAll(async () => {
  await Promise.all([inventory?.end(), admin?.end(), connection?.close()])
  await stack?.stop()
  for (const link of links) await link.close()
}, 30_000)

const openChannel = async () => {
  const own = await connection.createChannel()
  own.on('error', () => undefined)
  return own
}
const database = (name: 'orders' | 'inventory') =>
  new URL((stack.databases as Record<string, string>)[name]!).pathname.slice(1)
const role = (name: 'orders' | 'inventory') =>
  new URL((stack.databases as Record<string, string>)[name]!).username

async function asOwner(of: string): Promise<pg.Client> {
  const url = new URL(postgresUrl)
  url.pathname = `/${of}`
  const client = new pg.Client(url.href)
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const endConnections = (of: string) =>
  admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = $2', [
    of,
    role('inventory'),
  ])

async function newProduct(pieces = 1_000): Promise<string> {
  const sku = `F-${uuidv7().slice(9, 23).toUpperCase()}`
  const token = await adminToken()
  await call('PUT', `${stack.url}/products/${sku}`, { token, body: { name: 'Thing', priceCents: 100 } })
  const body = { quantity: pieces }
  await call('POST', `${stack.url}/products/${sku}/restock`, { token, key: uuidv7(), body })
  return sku
}

const order = async (sku: string, prefer?: string) =>
  call<Placed>('POST', `${stack.url}/orders`, {
    token: await customerToken(),
    key: uuidv7(),
    ...(prefer && { prefer }),
    body: { lines: [{ sku, quantity: 1 }] },
  })

const statusOf = async (id: string) => {
  const token = await customerToken()
  return (await call<Placed>('GET', `${stack.url}/orders/${id}`, { token })).body.status
}
const settles = (ids: string[]) =>
  eventually(async () => {
    for (const id of ids) assert.equal(await statusOf(id), 'confirmed')
  }, WITHIN_MS)

const dead = async () => {
  const queues = [names.queue('inventory', 'orders'), names.queue('orders', 'stock')]
  const counts = await Promise.all(
    queues.map(async (it) => (await channel.checkQueue(`${it}.dead`)).messageCount),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

const metricOf = async (kind: string, name: string) => {
  const { url } = stack.processes.find((it) => it.name === kind)!
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((it) => it.startsWith(name))
  return Number(line?.split(' ').at(-1))
}

/** The same processes, and an order goes through. */
async function isWell() {
  expect(stack.processes.map(({ pid }) => pid)).toEqual(pids)
  const sku = await newProduct()
  await eventually(async () => assert.equal((await order(sku, 'wait=10')).status, 201), WITHIN_MS)
}

/** Facts as orders would say them, past orders: it would not take so many. @returns their orders */
async function placed(sku: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7())
  for (const orderId of ids) {
    const fact = { version: 1, orderId, lines: [{ sku, quantity: 1 }] }
    channel.publish(names.events, 'order.placed', Buffer.from(JSON.stringify(fact)), { messageId: uuidv7() })
  }
  return ids
}
const reserved = (ids: string[]) =>
  eventually(async () => {
    const text = "select count(*)::int as n from reservation where order_id = any($1) and status = 'reserved'"
    assert.equal((await inventory.query(text, [ids])).rows[0].n, ids.length)
  }, WITHIN_MS)

describe('the database of inventory', () => {
  const mend: Record<string, () => Promise<unknown>> = {
    'is read-only': () =>
      admin.query(`alter database ${database('inventory')} reset default_transaction_read_only`),
    'refuses the password': async () => {
      const { password } = new URL((stack.databases as { inventory: string }).inventory)
      await admin.query(`alter role ${role('inventory')} password '${password}'`)
    },
    'refuses a statement': () => inventory.query(`grant insert on reservation to ${role('inventory')}`),
    'lacks a table': () => inventory.query('alter table reservation_away rename to reservation'),
  }
  const breaks: Record<string, () => Promise<unknown>> = {
    'is read-only': () =>
      admin.query(`alter database ${database('inventory')} set default_transaction_read_only = on`),
    'refuses the password': () => admin.query(`alter role ${role('inventory')} password 'another'`),
    // The owner may do all; and it is the owner who is asked.
    'refuses a statement': () => inventory.query(`revoke insert on reservation from ${role('inventory')}`),
    'lacks a table': () => inventory.query('alter table reservation rename to reservation_away'),
  }

  it.each(Object.keys(breaks))(
    '%s: messages wait, none is set aside, and readiness says no meanwhile',
    async (what) => {
      const sku = await newProduct()
      const before = await dead()
      const { url } = stack.processes.find(({ name }) => name === 'inventory')!
      const redelivered = await metricOf('inventory', 'messages_redelivered_total')
      await breaks[what]!()
      try {
        await endConnections(database('inventory'))
        const ids = await placed(sku, 50)
        await eventually(
          async () => assert.equal(await metricOf('inventory', 'consumer_paused'), 1),
          WITHIN_MS,
        )
        await eventually(async () => assert.equal((await fetch(`${url}/health/ready`)).status, 503))
        // Longer than messages are kept: they go back, and are tried again.
        await eventually(
          async () => assert.ok((await metricOf('inventory', 'messages_redelivered_total')) > redelivered),
          WITHIN_MS,
        )
        expect(await dead()).toBe(before)
        await mend[what]!()
        await reserved(ids)
      } finally {
        await mend[what]!().catch(() => undefined)
      }
      expect(await dead()).toBe(before)
      await eventually(async () => assert.equal(await metricOf('inventory', 'consumer_paused'), 0), WITHIN_MS)
      await eventually(async () => assert.equal((await fetch(`${url}/health/ready`)).status, 200))
      await isWell()
    },
    90_000,
  )
})

describe('a message', () => {
  it('that is interrupted time and again has not failed', async () => {
    const sku = await newProduct()
    const before = await dead()
    await inventory.query('begin')
    await inventory.query('select from product where sku = $1 for update', [sku])
    try {
      const { body, status } = await order(sku)
      expect(status).toBe(202)
      for (let i = 0; i < 8; i++) {
        const redelivered = await metricOf('inventory', 'messages_redelivered_total')
        for (const link of links) link.cut()
        for (const link of links) link.heal()
        await eventually(
          async () => assert.ok((await metricOf('inventory', 'messages_redelivered_total')) > redelivered),
          WITHIN_MS,
        )
      }
      await inventory.query('commit')
      await settles([body.id])
    } finally {
      await inventory.query('rollback')
    }
    expect(await dead()).toBe(before)
    await isWell()
  }, 90_000)

  it('that waits for a row holds up no other product, and readiness stays', async () => {
    const [locked, free] = [await newProduct(), await newProduct()]
    await inventory.query('begin')
    await inventory.query('select from product where sku = $1 for update', [locked])
    try {
      const { body } = await order(locked)
      await eventually(async () => assert.equal(await metricOf('inventory', 'consumer_paused'), 1), WITHIN_MS)
      await settles([(await order(free)).body.id])
      const { url } = stack.processes.find(({ name }) => name === 'inventory')!
      expect((await fetch(`${url}/health/ready`)).status).toBe(200)
      await inventory.query('commit')
      await settles([body.id])
    } finally {
      await inventory.query('rollback')
    }
  }, 90_000)

  const fact = (more: object = {}) =>
    JSON.stringify({ version: 1, orderId: uuidv7(), lines: [{ sku: 'NONE', quantity: 1 }], ...more })
  const unreadable: [what: string, content: Buffer, properties?: object][] = [
    ['garbage', Buffer.from([0, 255, 254, 128, 10])],
    ['nothing', Buffer.alloc(0)],
    ['null', Buffer.from('null')],
    ['of another shape', Buffer.from('[{"orderId":1}]')],
    ['a megabyte', Buffer.alloc(1024 * 1024, '[')],
    ['compressed, it says', Buffer.from('garbage'), { contentType: 'image/png', contentEncoding: 'gzip' }],
    ['of an order with an id in another form', Buffer.from(fact({ orderId: `urn:uuid:${uuidv7()}` }))],
    ['without an id', Buffer.from(fact()), { messageId: undefined }],
    ['with an id in another form', Buffer.from(fact()), { messageId: `urn:uuid:${uuidv7()}` }],
    [
      'with headers that are objects',
      Buffer.from('x'),
      { headers: { traceparent: { toString: 1 }, 'x-request-id': [{}] } },
    ],
  ]
  const properties = (more: object = {}) => ({ messageId: uuidv7(), ...more })

  it.each(unreadable)(
    'that cannot be read costs itself alone, on whatever queue: %s',
    async (...[, content, more]) => {
      const before = await dead()
      const { rows } = await ordersReplica()
      const facts = ['order.placed', 'stock.reserved']
      for (const topic of facts) channel.publish(names.events, topic, content, properties(more))
      for (const replica of rows) channel.publish(names.wake, replica, content, properties(more))
      await isWell()
      await eventually(async () => assert.equal(await dead(), before + facts.length))
    },
    40_000,
  )

  it('that breaks a rule of the database is set aside at once, and those beside it have their effect', async () => {
    const sku = await newProduct()
    const before = await dead()
    const repeated = fact({ lines: Array(2).fill({ sku, quantity: 1 }) })
    channel.publish(names.events, 'order.placed', Buffer.from(repeated), properties())
    await reserved(await placed(sku, 50))
    await eventually(async () => assert.equal(await dead(), before + 1))
  }, 40_000)

  it('with a trace that is none has its effect, and what it causes leaves', async () => {
    const sku = await newProduct()
    const ids = [uuidv7(), uuidv7(), uuidv7()]
    const traces = ['\u0000', 'x'.repeat(32_000), { a: 1 }]
    for (const [i, orderId] of ids.entries()) {
      const content = Buffer.from(fact({ orderId, lines: [{ sku, quantity: 1 }] }))
      const headers = { traceparent: traces[i], 'x-request-id': traces[i] }
      channel.publish(names.events, 'order.placed', content, { messageId: uuidv7().toUpperCase(), headers })
    }
    await reserved(ids)
    await eventually(async () =>
      assert.equal((await inventory.query('select count(*)::int as n from outbox')).rows[0].n, 0),
    )
  }, 40_000)

  /** The ids by which replicas of orders are told: each order remembers who waits for it. */
  async function ordersReplica(): Promise<{ rows: string[] }> {
    const sku = await newProduct()
    for (let i = 0; i < 4; i++) await order(sku, 'wait=10')
    const orders = await asOwner(database('orders'))
    const { rows } = await orders.query(
      'select distinct awaited_by as it from orders where awaited_by is not null',
    )
    await orders.end()
    return { rows: rows.map(({ it }) => it) }
  }

  it('of garbage, once and again, costs no process its life', async () => {
    const { rows } = await ordersReplica()
    for (let i = 0; i < 30; i++) {
      for (const replica of rows) channel.publish(names.wake, replica, Buffer.from('garbage'))
      await order(await newProduct(), 'wait=10')
    }
    await isWell()
  }, 60_000)
})

describe('what is deleted under a service that works', () => {
  it.each([
    ['the queue of orders', () => channel.deleteQueue(names.queue('orders', 'stock'))],
    ['the queue of inventory', () => channel.deleteQueue(names.queue('inventory', 'orders'))],
    ['the exchange of facts', () => channel.deleteExchange(names.events)],
    ['the exchange between replicas', () => channel.deleteExchange(names.wake)],
    ['the exchange of dead letters', () => channel.deleteExchange(names.dead)],
  ])(
    'is made again, and no process ends: %s',
    async (_, remove) => {
      const sku = await newProduct()
      let buying = true
      const buyer = (async () => {
        while (buying) await order(sku).catch(() => undefined)
      })()
      for (let i = 0; i < 3; i++) {
        await remove()
        await isWell()
      }
      buying = false
      await buyer
      await isWell()
    },
    120_000,
  )
})
