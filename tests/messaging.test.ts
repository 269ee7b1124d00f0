import assert from 'node:assert/strict'
import { topology } from '@shop/messaging/topology.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import amqplib, { type Channel, type ChannelModel } from 'amqplib'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { call } from '../loadtests/lab/client.ts'
import { parseOrderFact } from '../services/inventory/src/events.ts'
import { adminToken, customerToken, useStack } from './support/stack.ts'

// The services on the real broker: what they say, and what they make of messages that come twice, in the wrong order,
// late or broken.

interface Placed {
  id: string
  status: string
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('services on the broker', () => {
  // Before the stack's own: it looks for connections that were left behind.
  afterAll(async () => {
    await Promise.all([inventoryDb?.end(), ordersDb?.end()])
    await connection?.close()
  })
  const stack = useStack('services')
  let connection: ChannelModel
  let channel: Channel
  let names: ReturnType<typeof topology>
  let inventoryDb: pg.Client
  let ordersDb: pg.Client

  beforeAll(async () => {
    const { amqp, owners } = stack.current as Required<typeof stack.current> & {
      owners: { orders: string; inventory: string }
    }
    names = topology(amqp.namespace)
    connection = await amqplib.connect(amqp.url)
    channel = await connection.createChannel()
    inventoryDb = new pg.Client(owners.inventory)
    ordersDb = new pg.Client(owners.orders)
    await Promise.all([inventoryDb.connect(), ordersDb.connect()])
  })

  async function product(pieces: number): Promise<string> {
    const sku = `T-${uuidv7().slice(9, 23).toUpperCase()}`
    const token = await adminToken()
    const { url } = stack.current
    await call('PUT', `${url}/products/${sku}`, { token, body: { name: 'Thing', priceCents: 100 } })
    await call('POST', `${url}/products/${sku}/restock`, { token, key: uuidv7(), body: { quantity: pieces } })
    return sku
  }
  const available = async (sku: string) => {
    const { body } = await call<{ available: number }>('GET', `${stack.current.url}/products/${sku}`)
    return body.available
  }
  const order = async (sku: string, quantity: number, prefer?: string) =>
    call<Placed>('POST', `${stack.current.url}/orders`, {
      token: await customerToken(),
      key: uuidv7(),
      ...(prefer && { prefer }),
      body: { lines: [{ sku, quantity }] },
    })
  const say = (topic: string, payload: unknown, messageId: string = uuidv7()) =>
    channel.publish(names.events, topic, Buffer.from(JSON.stringify(payload)), {
      messageId,
      headers: { traceparent: TRACEPARENT, 'x-request-id': 'test' },
    })
  const reservation = async (orderId: string) =>
    (await inventoryDb.query('select status from reservation where order_id = $1', [orderId])).rows[0]?.status
  const deadLetters = async (consumer: string, publisher: string) =>
    (await channel.checkQueue(`${names.queue(consumer, publisher)}.dead`)).messageCount
  const lines = (sku: string, quantity: number) => [{ sku, quantity }]

  it('say what they promise, in the trace of the request that caused it', async () => {
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
    await channel.bindQueue(queue, names.events, '#')
    const sku = await product(3)
    const token = await customerToken()
    const { body } = await fetch(`${stack.current.url}/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': uuidv7(),
        prefer: 'wait=10',
        traceparent: TRACEPARENT,
        'x-request-id': 'follow-me',
      },
      body: JSON.stringify({ lines: lines(sku, 1) }),
    }).then(async (answer) => ({ body: (await answer.json()) as Placed }))
    const seen = []
    for (let message = await channel.get(queue); message; message = await channel.get(queue))
      seen.push(message)
    const mine = seen.filter(({ content }) => content.includes(body.id))
    expect(mine.map(({ fields }) => fields.routingKey)).toEqual(['order.placed', 'stock.reserved'])
    for (const { properties } of mine) {
      expect(properties.headers?.['x-request-id']).toBe('follow-me')
      expect(properties.headers?.traceparent).toMatch(TRACEPARENT.slice(0, 36))
      expect(properties.deliveryMode).toBe(2)
    }
    const placed = JSON.parse(mine[0]!.content.toString())
    expect(parseOrderFact('order.placed', placed).payload.lines).toEqual(lines(sku, 1))
    await channel.deleteQueue(queue)
  })

  it('take stock once for a message that comes twice, and for a second message of the same order', async () => {
    const sku = await product(10)
    const orderId = uuidv7()
    const messageId = uuidv7()
    const fact = { version: 1, orderId, lines: lines(sku, 2) }
    say('order.placed', fact, messageId)
    say('order.placed', fact, messageId)
    say('order.placed', fact)
    // A marker behind them in the same queue: when it is done, so are they.
    const marker = uuidv7()
    say('order.placed', { version: 1, orderId: marker, lines: lines(sku, 1) })
    await eventually(async () => assert.equal(await reservation(marker), 'reserved'))
    expect(await available(sku)).toBe(7)
  })

  it('know a message again by its id, whatever it says', async () => {
    const sku = await product(10)
    const [first, second, marker] = [uuidv7(), uuidv7(), uuidv7()]
    const messageId = uuidv7()
    say('order.placed', { version: 1, orderId: first, lines: lines(sku, 1) }, messageId)
    say('order.placed', { version: 1, orderId: second, lines: lines(sku, 1) }, messageId)
    say('order.placed', { version: 1, orderId: marker, lines: lines(sku, 1) })
    await eventually(async () => assert.equal(await reservation(marker), 'reserved'))
    expect(await reservation(first)).toBe('reserved')
    expect(await reservation(second)).toBeUndefined()
  })

  it('reserve nothing for an order whose cancel overtook it', async () => {
    const sku = await product(4)
    const orderId = uuidv7()
    say('order.cancelled', { version: 1, orderId, lines: lines(sku, 4) })
    await eventually(async () => assert.equal(await reservation(orderId), 'released'))
    say('order.placed', { version: 1, orderId, lines: lines(sku, 4) })
    const marker = uuidv7()
    say('order.placed', { version: 1, orderId: marker, lines: lines(sku, 1) })
    await eventually(async () => assert.equal(await reservation(marker), 'reserved'))
    expect(await reservation(orderId)).toBe('released')
    expect(await available(sku)).toBe(3)
  })

  it('settle an order once, whatever comes late', async () => {
    const sku = await product(5)
    const { body } = await order(sku, 1, 'wait=10')
    expect(body.status).toBe('confirmed')
    say('stock.rejected', { version: 1, orderId: body.id })
    const other = await order(sku, 1, 'wait=10')
    expect(other.body.status).toBe('confirmed')
    const { rows } = await ordersDb.query('select status from orders where id = $1', [body.id])
    expect(rows[0].status).toBe('confirmed')
  })

  it('ignore news of an order that does not exist', async () => {
    say('stock.reserved', { version: 1, orderId: uuidv7() })
    expect((await order(await product(1), 1, 'wait=10')).status).toBe(201)
    expect(await deadLetters('orders', 'stock')).toBe(0)
  })

  it.each([
    ['not JSON', Buffer.from('{'), { messageId: uuidv7() }],
    [
      'of an unknown version',
      Buffer.from(JSON.stringify({ version: 2, orderId: uuidv7(), lines: [] })),
      { messageId: uuidv7() },
    ],
    [
      'without an id',
      Buffer.from(JSON.stringify({ version: 1, orderId: uuidv7(), lines: lines('X', 1) })),
      {},
    ],
  ])('set a message aside that is %s, and go on', async (_, content, properties) => {
    const before = await deadLetters('inventory', 'orders')
    channel.publish(names.events, 'order.placed', content, properties)
    await eventually(async () => assert.equal(await deadLetters('inventory', 'orders'), before + 1))
    expect((await order(await product(1), 1, 'wait=10')).status).toBe(201)
  })

  it('send a fact without looking into the outbox for it', async () => {
    const sku = await product(1)
    await ordersDb.query(
      `create function discard() returns trigger language plpgsql as 'begin return null; end'`,
    )
    await ordersDb.query(
      'create trigger discard before insert on outbox for each row execute function discard()',
    )
    const { body } = await order(sku, 1, 'wait=10')
    await ordersDb.query('drop function discard cascade')
    expect(body.status).toBe('confirmed')
  })

  it('send every fact of orders that come at once, though nothing comes after them', async () => {
    const sku = await product(200)
    for (let wave = 0; wave < 10; wave++) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => order(sku, 1, 'wait=10')))
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201))
    }
  })

  it('send what was left in the outbox, but nothing that may be on its way', async () => {
    const sku = await product(3)
    // When a fact was written is what the database says. Its id was made by a host whose clock may be ahead, or behind.
    const leave = async (idAt: number, writtenAt: string) => {
      const [id, orderId] = [uuidv7({ msecs: Date.now() + idAt }), uuidv7()]
      const payload = JSON.stringify({ version: 1, orderId, lines: lines(sku, 1) })
      await ordersDb.query(
        `insert into outbox values ($1, 'order.placed', $2, $3, 'test', now() + $4::interval)`,
        [id, payload, TRACEPARENT, writtenAt],
      )
      return { id, orderId }
    }
    const young = await leave(-3_600_000, '1 hour')
    const left = await leave(600_000, '-2 seconds')
    await eventually(async () => assert.equal(await reservation(left.orderId), 'reserved'))
    const { rowCount } = await ordersDb.query('delete from outbox where id = $1', [young.id])
    expect(rowCount).toBe(1)
    expect(await reservation(young.orderId)).toBeUndefined()
  })

  it('keep a message while nobody wants it, and send it when somebody does', async () => {
    const queue = names.queue('inventory', 'orders')
    for (const topic of ['order.placed', 'order.cancelled'])
      await channel.unbindQueue(queue, names.events, topic)
    const { body, status } = await order(await product(1), 1)
    expect(status).toBe(202)
    const unsent = async () => (await ordersDb.query('select count(*)::int as n from outbox')).rows[0].n
    await eventually(async () => {
      const log = await fetch(`${stack.current.url}/orders/${body.id}`, {
        headers: { authorization: `Bearer ${await customerToken()}` },
      })
      assert.equal(((await log.json()) as Placed).status, 'pending')
      assert.equal(await unsent(), 1)
    })
    for (const topic of ['order.placed', 'order.cancelled'])
      await channel.bindQueue(queue, names.events, topic)
    await eventually(async () => assert.equal(await unsent(), 0))
    await eventually(async () => {
      const { rows } = await ordersDb.query('select status from orders where id = $1', [body.id])
      assert.equal(rows[0].status, 'confirmed')
    })
  })
})
