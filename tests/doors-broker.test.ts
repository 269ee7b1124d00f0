import { declareTopology, topology } from '@shop/messaging/topology.ts'
import { buy, newProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer } from '@shop/shared/testing/context.ts'
import amqplib, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import { removeNamespace } from '../loadtests/lab/stacks/namespace.ts'
import { planProcesses } from '../loadtests/lab/stacks/plan.ts'
import { createStorage } from '../loadtests/lab/stacks/storage.ts'
import { startTestStack, testSecret, testServers } from './support/stack.ts'

// What RabbitMQ lets the users of the two services do. Rights to topics hold for the namespace `shop` alone: the name of a
// topic exchange is no pattern. No other test uses it.

const NAMESPACE = 'shop'
const names = topology(NAMESPACE)
const LIMIT = 10_000
const { amqpUrl, amqpUsers } = testServers()
// A broker of somebody else's has users of its own.
const withUsers = amqpUsers ? describe : describe.skip

type User = 'orders' | 'inventory'
type Work = (channel: ConfirmChannel) => Promise<unknown>

const QUEUES = { orders: names.queue('orders', 'stock'), inventory: names.queue('inventory', 'orders') }
const FACTS = { orders: ['order.placed', 'order.cancelled'], inventory: ['stock.reserved', 'stock.rejected'] }
const other = (user: User): User => (user === 'orders' ? 'inventory' : 'orders')

/** Does something as a user. Rejects with what the broker says against it. */
async function as(url: string, work: Work): Promise<void> {
  const connection: ChannelModel = await amqplib.connect(url)
  connection.on('error', () => undefined)
  const channel = await connection.createConfirmChannel()
  const refused = new Promise<never>((_, reject) => channel.once('error', reject))
  try {
    await Promise.race([work(channel), refused])
  } finally {
    refused.catch(() => undefined)
    await connection.close()
  }
}

const publish = (exchange: string, key: string, body = '{}'): Work => {
  return async (channel) => {
    channel.publish(exchange, key, Buffer.from(body))
    // A refusal closes the channel, which rejects confirms without saying why: the error event does.
    await channel.waitForConfirms().catch(() => new Promise(() => undefined))
  }
}

withUsers('the users of RabbitMQ', () => {
  beforeAll(() =>
    as(amqpUrl, (channel) =>
      declareTopology(
        channel,
        names,
        [
          { queue: QUEUES.orders, topics: FACTS.inventory },
          { queue: QUEUES.inventory, topics: FACTS.orders },
        ],
        LIMIT,
      ),
    ),
  )
  afterAll(() => removeNamespace({ url: amqpUrl, namespace: NAMESPACE }))

  const allowed: [what: string, work: (user: User) => Work][] = [
    ['say its facts', (user) => publish(names.events, FACTS[user][0]!)],
    ['consume its queue', (user) => (channel) => channel.consume(QUEUES[user], () => undefined)],
    [
      'declare its queue and bind it',
      (user) => async (channel) => {
        const subscription = { queue: QUEUES[user], topics: FACTS[other(user)] }
        await declareTopology(channel, names, [subscription], LIMIT)
      },
    ],
    ['count what waits for the other', (user) => (channel) => channel.checkQueue(QUEUES[other(user)])],
  ]

  describe.each(['orders', 'inventory'] as const)('%s', (user) => {
    it.each(allowed)('can %s', (_what, work) => as(amqpUsers![user], work(user)))
  })

  it('orders can hear of settlements on a queue of its own', () =>
    as(amqpUsers!.orders, async (channel) => {
      const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
      await channel.bindQueue(queue, names.wake, 'replica')
      await channel.consume(queue, () => undefined, { noAck: true })
    }))

  const refused: [what: string, work: (user: User) => Work][] = [
    ['say the facts of the other', (user) => publish(names.events, FACTS[other(user)][0]!)],
    ['say what nobody says', () => publish(names.events, 'price.changed')],
    ['put a message into a queue past the exchange', (user) => publish('', QUEUES[other(user)])],
    ['publish to an exchange of RabbitMQ’s own', () => publish('amq.topic', 'order.placed')],
    ['consume the queue of the other', (user) => (channel) => channel.consume(QUEUES[other(user)], () => {})],
    ['declare the queue of the other', (user) => (channel) => channel.assertQueue(QUEUES[other(user)])],
    ['empty the queue of the other', (user) => (channel) => channel.purgeQueue(QUEUES[other(user)])],
    ['delete the queue of the other', (user) => (channel) => channel.deleteQueue(QUEUES[other(user)])],
    ['read its dead letters', (user) => (channel) => channel.get(`${QUEUES[user]}.dead`)],
    ['read the other’s dead letters', (user) => (channel) => channel.get(`${QUEUES[other(user)]}.dead`)],
    ['empty dead letters', (user) => (channel) => channel.purgeQueue(`${QUEUES[user]}.dead`)],
    ['declare a queue of another name', () => (channel) => channel.assertQueue(`${NAMESPACE}.loot`)],
    ['declare another exchange', () => (channel) => channel.assertExchange(`${NAMESPACE}.loot`, 'fanout')],
    ['hear facts of every kind', (user) => (channel) => channel.bindQueue(QUEUES[user], names.events, '#')],
    [
      'escape its patterns by a name that only ends right',
      (user) => (channel) => channel.assertQueue(`x/${QUEUES[user]}`),
    ],
  ]

  describe.each(['orders', 'inventory'] as const)('%s', (user) => {
    it.each(refused)('cannot %s', async (_what, work) => {
      await expect(as(amqpUsers![user], work(user))).rejects.toMatchObject({
        code: 403,
        message: expect.stringContaining('ACCESS_REFUSED'),
      })
    })
  })

  it('inventory cannot make queues without a name', async () => {
    const declared = as(amqpUsers!.inventory, (channel) => channel.assertQueue('', { exclusive: true }))
    await expect(declared).rejects.toMatchObject({ code: 403 })
  })

  it('are those that the services of a stack use, and not the administrator', async () => {
    const storage = await createStorage('services', testServers())
    const plans = await planProcesses('services', storage, { secret: testSecret })
    const users = plans.map(({ kind, env }) => [kind, env.AMQP_URL && new URL(env.AMQP_URL).username])
    await storage.remove()
    expect(users).toEqual([
      ['gateway', undefined],
      ['orders', 'orders'],
      ['inventory', 'inventory'],
    ])
  })
})

withUsers('a shop in the namespace of which topics are limited', () => {
  it('takes an order from end to end', async () => {
    const stack = await startTestStack('services', {
      env: (_name, kind) => (kind === 'gateway' ? undefined : { AMQP_NAMESPACE: NAMESPACE }),
    })
    try {
      const context = createContext({ baseUrl: stack.url, secret: testSecret })
      const sku = await newProduct(context, 2)
      const order = await buy(context, newCustomer(context), [{ sku, quantity: 1 }])
      expect(order.status).toBe('confirmed')
    } finally {
      await stack.stop()
      await removeNamespace({ url: amqpUrl, namespace: NAMESPACE })
    }
  })
})
