import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Broker, connectBroker, type OpenChannels } from '@shop/messaging/broker.ts'
import { keepChannel } from '@shop/messaging/channel.ts'
import { DELIVERY_LIMIT, declareTopology, topology } from '@shop/messaging/topology.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import amqplib, { type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib'
import { v7 as uuidv7 } from 'uuid'
import { startLink } from '../loadtests/lab/faults/link.ts'
import { removeNamespace } from '../loadtests/lab/stacks/namespace.ts'
import { testServers } from './support/stack.ts'

// How a process holds on to its broker, on the real one.

const { amqpUrl } = testServers()
const silent = { info() {}, warn() {} }
const QUEUE_LIMIT = 100

let admin: ChannelModel
let channel: Channel
let brokers: Broker[]
const namespace = `test-${uuidv7().slice(-12)}`
const names = topology(namespace)
const queue = names.queue('inventory', 'orders')
const none: OpenChannels = async () => []

beforeAll(async () => {
  admin = await amqplib.connect(amqpUrl)
})
afterAll(async () => {
  await admin.close()
})
beforeEach(async () => {
  brokers = []
  channel = await admin.createChannel()
  channel.on('error', () => undefined)
  await declareTopology(channel, names, [{ queue, topics: ['order.placed'] }], QUEUE_LIMIT)
})
afterEach(async () => {
  for (const broker of brokers) await broker.close()
  await channel.close().catch(() => undefined)
  await removeNamespace({ url: amqpUrl, namespace })
})

const asEarlierVersion = (limit: number) => ({
  durable: true,
  arguments: {
    'x-queue-type': 'quorum',
    'x-delivery-limit': limit,
    'x-dead-letter-exchange': names.dead,
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
    'x-max-length': QUEUE_LIMIT,
  },
})

/** A broker whose one channel consumes the queue. @returns what it was given */
async function consume({ url = amqpUrl, limit = QUEUE_LIMIT } = {}) {
  const received: string[] = []
  let channels = 0
  const open: OpenChannels = async (connection) => [
    await keepChannel(
      connection,
      {
        name: 'consume',
        open: () => connection.createChannel(),
        declare: (own) => declareTopology(own, names, [{ queue, topics: ['order.placed'] }], limit),
        async use(own) {
          channels++
          const receive = (raw: ConsumeMessage | null) => {
            if (!raw) return void own.close().catch(() => undefined)
            received.push(raw.content.toString())
            own.ack(raw)
          }
          await own.consume(queue, receive)
        },
      },
      silent,
    ),
  ]
  const broker = await connectBroker(url, { publish: none, consume: open }, silent)
  brokers.push(broker)
  return { broker, received, channels: () => channels }
}

const works = ({ broker, received }: Awaited<ReturnType<typeof consume>>) =>
  eventually(async () => {
    await assert.doesNotReject(broker.check())
    const said = uuidv7()
    channel.publish(names.events, 'order.placed', Buffer.from(said))
    await eventually(async () => assert.ok(received.includes(said)), 1_000)
  }, 12_000)

describe('a broker', () => {
  it('has a connection for each purpose', async () => {
    const seen: ChannelModel[] = []
    const note: OpenChannels = async (connection) => {
      seen.push(connection)
      return []
    }
    brokers.push(await connectBroker(amqpUrl, { publish: note, consume: note }, silent))
    await eventually(() => brokers[0]!.check().catch((error) => assert.fail(error.message)))
    expect(new Set(seen).size).toBe(2)
  })

  it('opens a channel again, alone, whatever breaks it, and declares what it needs', async () => {
    const consumer = await consume()
    await works(consumer)
    const connection = consumer.channels()
    expect(connection).toBe(1)
    await channel.deleteQueue(queue)
    await works(consumer)
    await channel.deleteQueue(`${queue}.dead`)
    await channel.deleteExchange(names.dead)
    await channel.deleteQueue(queue)
    await works(consumer)
    expect((await channel.checkQueue(`${queue}.dead`)).messageCount).toBe(0)
    expect(consumer.channels()).toBe(3)
  }, 40_000)

  it('binds its queue again when the exchange was deleted, which nobody tells it', async () => {
    const consumer = await consume()
    await works(consumer)
    await channel.deleteExchange(names.events)
    await eventually(async () => {
      const there = await admin.createChannel()
      there.on('error', () => undefined)
      await assert.doesNotReject(there.checkExchange(names.events))
      await there.close()
    }, 15_000)
    await works(consumer)
    expect(consumer.channels()).toBe(1)
  }, 40_000)

  it('leaves its other channels in peace when one breaks', async () => {
    let closed = 0
    let victim: Channel | undefined
    const open: OpenChannels = async (connection) => {
      const nothing = { open: () => connection.createChannel(), declare: async () => undefined }
      return [
        await keepChannel(
          connection,
          { ...nothing, name: 'other', use: (own) => void own.on('close', () => closed++) },
          silent,
        ),
        await keepChannel(
          connection,
          {
            ...nothing,
            name: 'victim',
            use(own) {
              victim = own
            },
          },
          silent,
        ),
      ]
    }
    const broker = await connectBroker(amqpUrl, { publish: open, consume: none }, silent)
    brokers.push(broker)
    await eventually(async () => assert.ok(victim))
    for (let i = 0; i < 3; i++) {
      const broken = victim!
      broken.publish('no.such.exchange', '', Buffer.from(''))
      await eventually(async () => assert.notEqual(victim, broken))
      expect(closed).toBe(0)
    }
    await broker.check()
  })

  it('says which queue has another argument, and both values, and works once it has not', async () => {
    const consumer = await consume({ limit: 7 })
    await eventually(() =>
      assert.rejects(consumer.broker.check(), {
        name: 'Missing',
        message: new RegExp(
          `^the queue ${queue} has x-max-length ${QUEUE_LIMIT}, and this process wants 7: `,
        ),
      }),
    )
    await channel.deleteQueue(queue)
    await works(consumer)
  }, 20_000)

  it('makes a queue anew that an earlier version made, which counted deliveries', async () => {
    await channel.deleteQueue(queue)
    await channel.assertQueue(queue, asEarlierVersion(5))
    const consumer = await consume()
    await works(consumer)
    await consumer.broker.check()
    await channel.assertQueue(queue, asEarlierVersion(DELIVERY_LIMIT))
  }, 20_000)

  it('keeps dead letters that an earlier version set aside until they are gone, and works meanwhile', async () => {
    const dead = `${queue}.dead`
    const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } }
    await channel.deleteQueue(dead)
    await channel.assertQueue(dead, quorum)
    channel.sendToQueue(dead, Buffer.from('a letter'))
    await eventually(async () => assert.equal((await channel.checkQueue(dead)).messageCount, 1))
    const consumer = await consume()
    await works(consumer)
    await consumer.broker.check()
    expect((await channel.checkQueue(dead)).messageCount).toBe(1)
    await channel.purgeQueue(dead)
    // Until then this one, which is without a limit, is there.
    await eventually(async () => {
      const own = await admin.createChannel()
      own.on('error', () => undefined)
      const asBefore = await own.assertQueue(dead, quorum).catch(() => undefined)
      assert.equal(asBefore, undefined)
    }, 15_000)
    await works(consumer)
  }, 30_000)

  it('says so of an exchange, too', async () => {
    await channel.deleteExchange(names.wake)
    await channel.assertExchange(names.wake, 'fanout', { durable: false })
    const { broker } = await consume()
    await eventually(() =>
      assert.rejects(broker.check(), {
        message: new RegExp(`^the exchange ${names.wake} has type fanout, and this process wants direct: `),
      }),
    )
  })

  it.each([
    ['it opens', 10, 41],
    ['its channels open', 20, 11],
    ['they are set up', 60, 21],
  ])(
    'notices that the connection broke in the moment in which %s',
    async (_, classId, methodId) => {
      const proxy = await closeBehind(classId, methodId)
      const url = new URL(amqpUrl)
      url.host = `127.0.0.1:${proxy.port}`
      const consumer = await consume({ url: url.href })
      await works(consumer)
      expect(proxy.closed()).toBe(1)
      await proxy.end()
    },
    20_000,
  )

  it('is closed within two seconds though nobody answers', async () => {
    const { hostname, port } = new URL(amqpUrl)
    const link = await startLink({ to: { host: hostname, port: Number(port) } })
    const url = new URL(amqpUrl)
    url.host = `127.0.0.1:${link.port}`
    try {
      const consumer = await consume({ url: url.href })
      await works(consumer)
      link.halfOpen()
      // Longer than the goodbye, and shorter than two heartbeats.
      const late = delay(5_000, 'late', { ref: false })
      expect(await Promise.race([consumer.broker.close(), late])).toBeUndefined()
    } finally {
      await link.close()
    }
  })
})

describe('a message', () => {
  it('may come back far more often than 20 times, and is dead-lettered when its consumer says so', async () => {
    channel.publish(names.events, 'order.placed', Buffer.from('again'))
    for (let i = 0; i < 40; i++) {
      const own = await admin.createChannel()
      await eventually(async () => assert.ok(await own.get(queue)))
      await own.close()
    }
    expect(DELIVERY_LIMIT).toBeGreaterThan(1_000_000)
    const raw = await eventually(async () => {
      const it = await channel.get(queue)
      assert.ok(it)
      return it
    })
    channel.reject(raw, false)
    await eventually(async () => assert.equal((await channel.checkQueue(`${queue}.dead`)).messageCount, 1))
  })
})

/** Passes all on to the broker, and says goodbye in its place, once, in the same breath as it answers with this method. */
async function closeBehind(classId: number, methodId: number) {
  let closed = 0
  const { hostname, port } = new URL(amqpUrl)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.setNoDelay(true)
    }
    let isOver = false
    near.on('data', (data) => void (isOver || far.write(data)))
    far.on('data', (data) => {
      if (isOver) return
      isOver = closed === 0 && hasMethod(data, classId, methodId)
      if (isOver) closed++
      near.write(isOver ? Buffer.concat([data, CONNECTION_CLOSE]) : data)
      if (isOver) far.destroy()
    })
    near.on('close', () => far.destroy())
    far.on('close', () => isOver || near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    closed: () => closed,
    async end() {
      for (const broker of brokers.splice(0)) await broker.close()
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Whether the last frame of these bytes is this method. */
function hasMethod(data: Buffer, classId: number, methodId: number): boolean {
  const method = Buffer.from([0, classId, 0, methodId])
  const at = data.lastIndexOf(method)
  return at >= 7 && data[at - 7] === 1 && data.readUInt32BE(at - 4) === data.length - at - 1
}

const CONNECTION_CLOSE = (() => {
  const text = Buffer.from('CONNECTION_FORCED')
  const payload = Buffer.concat([
    Buffer.from([0, 10, 0, 50, 320 >> 8, 320 & 255, text.length]),
    text,
    Buffer.alloc(4),
  ])
  const head = Buffer.alloc(7)
  head[0] = 1
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.from([206])])
})()
