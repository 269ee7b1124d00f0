import { readFile } from 'node:fs/promises'
import { MESSAGING_SCHEMA } from '@shop/messaging/schema.ts'
import { declareTopology, topology } from '@shop/messaging/topology.ts'
import amqp from 'amqplib'
import pg from 'pg'
import { type AuditOptions, auditStack } from '../loadtests/lab/audit.ts'
import { isOfLab } from '../loadtests/lab/faults/meddle/channel.ts'
import { removeNamespace } from '../loadtests/lab/stacks/namespace.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { testServers } from './support/stack.ts'

// Every check is shown to fail: each test makes a shop at rest, in which all is well, and breaks one thing in it.

const file = (path: string) => new URL(`../${path}`, import.meta.url)
const SCHEMAS = {
  monolith: [
    file('monolith/src/modules/inventory/schema.sql'),
    file('monolith/src/modules/orders/schema.sql'),
  ],
  orders: [file('services/orders/src/schema.sql'), MESSAGING_SCHEMA],
  inventory: [file('services/inventory/src/schema.sql'), MESSAGING_SCHEMA],
}

const SOLD = '01900000-0000-7000-8000-000000000001'
const CANCELLED = '01900000-0000-7000-8000-000000000002'
const UNKNOWN = '01900000-0000-7000-8000-000000000009'

const EMPTY = 'drop schema public cascade; create schema public; grant usage on schema public to public;'
/** Ten mugs came in, three are sold, one order was cancelled. */
const GOODS = `
  insert into product values ('MUG', 'Mug', 500, 7);
  insert into restock values ('root', 'r1', 'MUG', 10);`
const ORDERS = `
  insert into orders (id, customer, idempotency_key, request_hash, status, total_cents, settled_at, cancelled_at) values
    ('${SOLD}', 'ada', 'k1', '', 'confirmed', 1500, now(), null),
    ('${CANCELLED}', 'ada', 'k2', '', 'cancelled', 500, now(), now());
  insert into order_line values ('${SOLD}', 1, 'MUG', 'Mug', 3, 500), ('${CANCELLED}', 1, 'MUG', 'Mug', 1, 500);`
const RELEASED = `update orders set released_at = now() where id = '${CANCELLED}';`
const RESERVATIONS = `
  insert into reservation values ('${SOLD}', 'reserved'), ('${CANCELLED}', 'released');
  insert into reservation_line values ('${SOLD}', 'MUG', 3), ('${CANCELLED}', 'MUG', 1);`
const UNSENT = `insert into outbox values ('${UNKNOWN}', 'test', '{}', '', '')`

type Place = 'orders' | 'inventory'
type Breakage = [check: string, place: Place, sql: string]

const breakages: Breakage[] = [
  ['I1 orders are whole', 'orders', `delete from order_line where order_id = '${SOLD}'`],
  ['I2 stock adds up', 'inventory', 'update product set available = 6'],
  [
    'I2 nothing is below zero',
    'inventory',
    'alter table product drop constraint product_available_check; update product set available = -1',
  ],
  ['I3 nothing is oversold', 'inventory', 'update restock set quantity = 2'],
  [
    'I3 every line has a product',
    'orders',
    `alter table order_line drop constraint if exists order_line_sku_fkey; update order_line set sku = 'GONE'`,
  ],
  ['I4 totals are the sums of lines', 'orders', `update orders set total_cents = 1 where id = '${SOLD}'`],
  ['I4 moments fit the status', 'orders', `update orders set settled_at = null where id = '${SOLD}'`],
  ['I5 no order is pending', 'orders', `update orders set status = 'pending' where id = '${SOLD}'`],
  [
    'I6 one order for each key',
    'orders',
    `alter table orders drop constraint orders_customer_idempotency_key_key; update orders set idempotency_key = 'k1'`,
  ],
  [
    'I6 one restock for each key',
    'inventory',
    `alter table restock drop constraint restock_pkey; insert into restock values ('root', 'r1', 'MUG', 1)`,
  ],
]

const breakagesOfServices: Breakage[] = [
  ['I2 stock matches reservations', 'inventory', 'update reservation_line set quantity = 2'],
  [
    'I4 reservations fit their orders',
    'inventory',
    `insert into reservation values ('${UNKNOWN}', 'reserved')`,
  ],
  ['I4 reservations fit their orders', 'inventory', `update reservation set status = 'reserved'`],
  [
    'I4 confirmed orders are reserved',
    'inventory',
    `update reservation set status = 'rejected' where order_id = '${SOLD}'`,
  ],
  [
    'I4 reservations hold what was ordered',
    'orders',
    `update order_line set quantity = 2 where order_id = '${SOLD}'`,
  ],
  ['I5 cancelled orders are released', 'orders', 'update orders set released_at = null'],
  ['I7 no order waits for a hand', 'orders', `update orders set status = 'pending' where id = '${SOLD}'`],
  ['I7 no order waits for a hand', 'orders', 'update orders set released_at = null'],
  ['I5 the outbox of orders is empty', 'orders', UNSENT],
  ['I5 the outbox of inventory is empty', 'inventory', UNSENT],
]

describe.each(['monolith', 'services'] as const)('the audit of the %s', (name) => {
  let storage: Storage
  const audit = (options: AuditOptions = {}) =>
    auditStack(storage.databases, storage.amqp, { withinMs: 100, ...options })
  const failures = async (options?: AuditOptions) =>
    (await audit(options)).checks.filter(({ ok }) => !ok).map((check) => check.name)

  beforeAll(async () => {
    storage = await createStorage(name, testServers())
    if (name === 'services') await declareQueues(storage)
  })
  beforeEach(() => fill(storage))
  afterAll(async () => {
    expect(await storage.remove()).toEqual([])
  })

  it('passes when all is well', async () => {
    const { passed, checks, orders } = await audit()
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect({ passed, orders }).toEqual({ passed: true, orders: { cancelled: 1, confirmed: 1 } })
  })

  it.each(name === 'monolith' ? breakages : [...breakages, ...breakagesOfServices])(
    'fails "%s" when %s is broken',
    async (check, place, sql) => {
      await execute(storage, place, sql)
      expect(await failures()).toContain(check)
    },
  )

  it('knows every check to be breakable', async () => {
    const known = [...breakages, ...breakagesOfServices].map(([check]) => check)
    const { checks } = await audit()
    const onBroker = [
      'I5 queues are empty',
      'I5 dead letters are the poison that was sent',
      'I7 every dead letter is explained',
    ]
    expect([...known, ...onBroker]).toEqual(expect.arrayContaining(checks.map((check) => check.name)))
  })

  it('finds answered orders, in the state that was told or a later one', async () => {
    const answered = [
      { id: SOLD, key: 'k1', status: 'confirmed' },
      { id: CANCELLED, key: 'k2', status: 'confirmed' },
    ]
    expect(await failures({ answered, counts: { answered: 2, lost: 0 } })).toEqual([])
  })

  it.each([
    ['is missing', { id: UNKNOWN, key: 'k3', status: 'confirmed' }],
    ['has another key', { id: SOLD, key: 'k2', status: 'confirmed' }],
    ['is in another state', { id: SOLD, key: 'k1', status: 'rejected' }],
  ])('says so when an answered order %s', async (_, order) => {
    expect(await failures({ answered: [order] })).toEqual(['I1 answered orders exist once'])
  })

  it.each([
    ['too many', { answered: 1, lost: 0 }],
    ['too few', { answered: 3, lost: 5 }],
  ])('says so when there are %s orders', async (_, counts) => {
    expect(await failures({ counts })).toEqual(['I1 as many orders as answers'])
  })
})

describe('the audit of queues', () => {
  let storage: Storage
  const failures = async (expectedDead = 0) => {
    const { checks } = await auditStack(storage.databases, storage.amqp, { withinMs: 100, expectedDead })
    return checks.filter(({ ok }) => !ok).map(({ name }) => name)
  }
  const send = (queueOf: (names: ReturnType<typeof topology>) => string) =>
    onBroker(storage, async (channel, names) => {
      channel.sendToQueue(queueOf(names), Buffer.from('{}'))
      await channel.waitForConfirms()
    })

  beforeAll(async () => {
    storage = await createStorage('services', testServers())
    await fill(storage)
  })
  beforeEach(() => declareQueues(storage))
  afterEach(async () => {
    expect(await removeNamespace(storage.amqp!)).toEqual([])
  })
  afterAll(async () => {
    expect(await storage.remove()).toEqual([])
  })

  it('finds a message that nobody has handled', async () => {
    await send((names) => names.queue('orders', 'stock'))
    expect(await failures()).toEqual(['I5 queues are empty'])
  })

  it('finds a dead letter, unless it was expected', async () => {
    await send((names) => `${names.queue('inventory', 'orders')}.dead`)
    expect(await failures()).toEqual([
      'I5 dead letters are the poison that was sent',
      'I7 every dead letter is explained',
    ])
    expect(await failures(1)).toEqual([])
  })

  it('finds a dead letter of the shop in the place of the poison that was sent, and tells of it', async () => {
    await send((names) => `${names.queue('inventory', 'orders')}.dead`)
    const options = { withinMs: 100, expectedDead: 1, isExplained: isOfLab }
    const { checks } = await auditStack(storage.databases, storage.amqp, options)
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      expect.objectContaining({
        name: 'I7 every dead letter is explained',
        detail: expect.stringMatching(/^1 of 1, such as .*inventory\.orders\.dead: \{\}$/),
      }),
    ])
    // To look takes nothing away.
    expect(await failures(1)).toEqual([])
  })

  it('finds that a queue is missing', async () => {
    await onBroker(storage, (channel, names) => channel.deleteQueue(names.queue('orders', 'stock')))
    expect(await failures()).toEqual(['I5 queues are empty'])
  })
})

/** Puts a shop in which all is well into the databases, in place of whatever is there. */
async function fill(storage: Storage): Promise<void> {
  if ('monolith' in storage.databases) {
    return execute(storage, 'orders', EMPTY + (await read(SCHEMAS.monolith)) + GOODS + ORDERS)
  }
  await execute(storage, 'orders', EMPTY + (await read(SCHEMAS.orders)) + ORDERS + RELEASED)
  await execute(storage, 'inventory', EMPTY + (await read(SCHEMAS.inventory)) + GOODS + RESERVATIONS)
}

function declareQueues(storage: Storage): Promise<void> {
  return onBroker(storage, (channel, names) => {
    const queues = [names.queue('orders', 'stock'), names.queue('inventory', 'orders')]
    const subscriptions = queues.map((queue) => ({ queue, topics: ['test'] }))
    return declareTopology(channel, names, subscriptions, 10_000)
  })
}

async function read(files: URL[]): Promise<string> {
  return (await Promise.all(files.map((it) => readFile(it, 'utf8')))).join('\n')
}

async function execute({ owners }: Storage, place: Place, sql: string): Promise<void> {
  const client = new pg.Client('monolith' in owners ? owners.monolith : owners[place])
  await client.connect()
  await client.query(sql)
  await client.end()
}

async function onBroker(
  { amqp: address }: Storage,
  work: (channel: amqp.ConfirmChannel, names: ReturnType<typeof topology>) => Promise<unknown>,
): Promise<void> {
  const connection = await amqp.connect(address!.url)
  await work(await connection.createConfirmChannel(), topology(address!.namespace))
  await connection.close()
}
