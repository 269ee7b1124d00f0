import { setTimeout as delay } from 'node:timers/promises'
import amqp, { type Channel, type ChannelModel } from 'amqplib'
import { UserError } from '../infra/user-error.ts'
import type { StackAmqp } from './stack.ts'

const LOOK_AGAIN_MS = 20
/** How long the broker may take to notice that a connection is gone and to remove its exclusive queues. */
const GONE_WITHIN_MS = 3_000

/** The queues of a namespace that outlive a connection, by what they hold. */
export const queueNames = (namespace: string) => ({
  work: [`${namespace}.inventory.orders`, `${namespace}.orders.stock`],
  dead: [`${namespace}.inventory.orders.dead`, `${namespace}.orders.stock.dead`],
})

const exchangeNames = (namespace: string) => ['wake', 'events', 'dead'].map((name) => `${namespace}.${name}`)

/**
 * Deletes a namespace's queues and exchanges.
 * @returns a sentence for each exchange to which a queue was still bound that is not one of ours: a queue left behind
 */
export async function removeNamespace({ url, namespace }: StackAmqp): Promise<string[]> {
  return withConnection(url, async (connection) => {
    const { work, dead } = queueNames(namespace)
    for (const queue of [...work, ...dead])
      await onChannel(connection, (channel) => channel.deleteQueue(queue))
    const left: string[] = []
    for (const exchange of exchangeNames(namespace)) {
      if (await deletesUnused(connection, exchange)) continue
      left.push(`a queue was left bound to the exchange ${exchange}`)
      await onChannel(connection, (channel) => channel.deleteExchange(exchange))
    }
    return left
  })
}

/** Messages by queue; undefined for a queue that does not exist. Those with a consumer that has not acknowledged do not count. */
export type Depths = Map<string, number | undefined>

/** How many messages wait in the queues of a namespace. */
export async function queueDepths({ url, namespace }: StackAmqp): Promise<{ work: Depths; dead: Depths }> {
  const { work, dead } = queueNames(namespace)
  return withConnection(url, async (connection) => ({
    work: await depthsOf(connection, work),
    dead: await depthsOf(connection, dead),
  }))
}

/** The messages of a namespace's dead letter queues, which keep them. A queue that is not there has none. */
export async function peekAll({ url, namespace }: StackAmqp) {
  const { dead } = queueNames(namespace)
  return withConnection(url, async (connection) => {
    const all = await Promise.all(
      dead.map((queue) => onChannel(connection, (it) => peek(it, queue)).catch(() => [])),
    )
    return all.flat()
  })
}

/** What is not acknowledged goes back when the channel closes. */
async function peek(channel: Channel, queue: string) {
  const messages = []
  for (let got = await channel.get(queue); got; got = await channel.get(queue)) {
    messages.push({ queue, content: got.content, properties: got.properties })
  }
  return messages
}

async function depthsOf(connection: ChannelModel, queues: string[]): Promise<Depths> {
  const depths: Depths = new Map()
  for (const queue of queues) {
    // A passive declaration of a queue that is missing closes its channel.
    const answer = await onChannel(connection, (channel) => channel.checkQueue(queue)).catch(() => undefined)
    depths.set(queue, answer?.messageCount)
  }
  return depths
}

async function deletesUnused(connection: ChannelModel, exchange: string): Promise<boolean> {
  const deadline = Date.now() + GONE_WITHIN_MS
  for (;;) {
    try {
      await onChannel(connection, (channel) => channel.deleteExchange(exchange, { ifUnused: true }))
      return true
    } catch {
      if (Date.now() > deadline) return false
      await delay(LOOK_AGAIN_MS)
    }
  }
}

async function onChannel<T>(connection: ChannelModel, work: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  let open = true
  channel.once('close', () => {
    open = false
  })
  try {
    return await work(channel)
  } finally {
    if (open) await channel.close()
  }
}

async function withConnection<T>(url: string, work: (connection: ChannelModel) => Promise<T>): Promise<T> {
  const connection = await amqp.connect(url, { timeout: 5_000 }).catch((error: Error) => {
    throw new UserError(`RabbitMQ at ${new URL(url).host} cannot be reached: ${error.message}`)
  })
  connection.on('error', () => {})
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
