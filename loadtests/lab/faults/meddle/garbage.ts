import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ConfirmChannel } from 'amqplib'
import pg from 'pg'
import { queueNames } from '../../stacks/namespace.ts'
import type { Fault, FaultContext } from '../fault.ts'
import { labProperties, onBroker } from './channel.ts'

const TIMES = 6
const EVERY_MS = 1_000

/** What is no message of anybody's. */
const GARBAGE = [
  randomBytes(64),
  Buffer.from('garbage'),
  Buffer.from(''),
  Buffer.from('{'),
  Buffer.from('null'),
  Buffer.from('7'),
  Buffer.from('[]'),
  Buffer.from('[null]'),
  Buffer.from('[{}]'),
  Buffer.from('{"orderId":{"toString":1}}'),
  Buffer.from('[{"orderId":7,"status":"confirmed"}]'),
  Buffer.from(`[{"orderId":"${randomUUID()}","status":"eaten","settledAt":"never"}]`),
  Buffer.from(`{"__proto__":{"version":1},"version":1,"orderId":[],"lines":"all"}`),
]
const TOPICS = ['order.placed', 'order.cancelled', 'stock.reserved', 'stock.rejected', 'stock.released']

/** Rubbish everywhere: on every exchange, in every queue, and to each replica by the key under which it is called. */
export const garbageEverywhere: Fault = {
  name: 'messages-garbage',
  title: 'garbage on every exchange and queue, and to the replicas of orders',
  stacks: ['services'],
  setup: { replicas: { orders: 2 }, load: { durationMs: 9_000, deadlineMs: 25_000 } },
  needs: ['rabbitmq', 'topology', 'postgres', 'database-orders'],
  expect: { goesOn: ['placeOrder', 'getOrder', 'listOrders', 'listProducts', 'getProduct'] },
  inject: litter,
}

async function litter(context: FaultContext): Promise<undefined> {
  const { stack, note, expectDead } = context
  let sent = 0
  await onBroker(stack.amqp!, async (channel) => {
    for (let i = 0; i < TIMES; i++) {
      const keys = await replicaKeys(context)
      for (const content of GARBAGE)
        sent += litterOnce(channel, stack.amqp!.namespace, keys, content, expectDead)
      await channel.waitForConfirms()
      await delay(EVERY_MS)
    }
  })
  note(`${sent} pieces of garbage were sent`)
  return undefined
}

function litterOnce(
  channel: ConfirmChannel,
  namespace: string,
  keys: string[],
  content: Buffer,
  expectDead: (count: number) => void,
): number {
  const { work, dead } = queueNames(namespace)
  const to = (exchange: string, key: string) =>
    channel.publish(exchange, key, content, labProperties({ messageId: randomUUID(), type: key }))
  // Straight into the queues.
  for (const queue of [...work, ...dead]) to('', queue)
  for (const topic of TOPICS) to(`${namespace}.events`, topic)
  to(`${namespace}.events`, 'nobody.wants')
  for (const queue of work) to(`${namespace}.dead`, queue)
  for (const key of keys) to(`${namespace}.wake`, key)
  const set = work.length * 2 + dead.length + TOPICS.length
  expectDead(set)
  return set + 1 + keys.length
}

/** Under what the replicas of orders are called when an order has settled that they hold a request for. */
async function replicaKeys({ stack: { databases } }: FaultContext): Promise<string[]> {
  if ('monolith' in databases) return []
  const client = new pg.Client({ connectionString: databases.orders, application_name: 'lab' })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ awaited_by: string }>(
      'select distinct awaited_by from orders where awaited_by is not null',
    )
    return rows.map((row) => row.awaited_by)
  } finally {
    await client.end()
  }
}

/** Ids in forms that some validators take for a UUID and PostgreSQL does not, or the other way round. */
const ODD_IDS = [
  `urn:uuid:${randomUUID()}`,
  `{${randomUUID()}}`,
  randomUUID().replaceAll('-', ''),
  `${randomUUID()}\n`,
  `${randomUUID()} `,
]

/** Messages that are all right but for the form of their ids. */
export const oddIds: Fault = {
  name: 'messages-odd-ids',
  title: 'messages with ids such as urn:uuid:…',
  stacks: ['services'],
  needs: ['rabbitmq', 'topology'],
  async inject({ stack, note, expectDead }) {
    await onBroker(stack.amqp!, async (channel) => {
      for (const id of ODD_IDS) {
        const fact = { version: 1, orderId: id, lines: [{ sku: 'MUG-0001', quantity: 1 }] }
        const events = `${stack.amqp!.namespace}.events`
        const send = (topic: string, content: object, messageId: string) =>
          channel.publish(
            events,
            topic,
            Buffer.from(JSON.stringify(content)),
            labProperties({ messageId, type: topic }),
          )
        for (const topic of ['order.placed', 'stock.reserved']) {
          send(topic, fact, randomUUID())
          send(topic, { ...fact, orderId: randomUUID() }, id)
        }
      }
      await channel.waitForConfirms()
    })
    expectDead(ODD_IDS.length * 4)
    note(`${ODD_IDS.length * 4} messages with odd ids were sent`)
    return undefined
  },
}
