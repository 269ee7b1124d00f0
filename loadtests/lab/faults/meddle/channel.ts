import { type Channel, type ConfirmChannel, type ConsumeMessage, connect, type GetMessage } from 'amqplib'
import { queueNames } from '../../stacks/namespace.ts'
import type { StackAmqp } from '../../stacks/stack.ts'

export type Message = ConsumeMessage | GetMessage

/** The names on the broker that meddling needs, beside those of its own queues. */
const namesOf = ({ namespace }: StackAmqp) => {
  const [inventory, orders] = queueNames(namespace).work
  return {
    /** Every fact goes through it. */
    events: `${namespace}.events`,
    /** Our own topic exchange: what is published here reaches the work queue that its topic belongs to, and no tap. */
    aside: `${namespace}.aside`,
    /** Each work queue and the facts that it wants. */
    work: [
      { queue: inventory!, topics: ['order.placed', 'order.cancelled'], all: 'order.#' },
      { queue: orders!, topics: ['stock.reserved', 'stock.rejected', 'stock.released'], all: 'stock.#' },
    ],
  }
}

export type Meddler = ReturnType<typeof namesOf> & {
  channel: ConfirmChannel
  /** Publishes and resolves when the broker has it. */
  publish(exchange: string, topic: string, content: Buffer, properties: object): Promise<void>
  /** Removes the exchange and leaves the broker. */
  close(): Promise<void>
}

/** Connects to a stack's broker and makes the exchange `aside`. */
export async function startMeddler(amqp: StackAmqp): Promise<Meddler> {
  const names = namesOf(amqp)
  const connection = await connect(amqp.url, { timeout: 5_000, noDelay: true })
  // Who calls hears of it by the call that fails.
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  await channel.assertExchange(names.aside, 'topic', { durable: false })
  for (const { queue, all } of names.work) await channel.bindQueue(queue, names.aside, all)
  return {
    ...names,
    channel,
    publish: (exchange, topic, content, properties) =>
      new Promise((resolve, reject) => {
        const options = { ...properties, persistent: true }
        channel.publish(exchange, topic, content, options, (error) => (error ? reject(error) : resolve()))
      }),
    async close() {
      await channel.deleteExchange(names.aside)
      await connection.close()
    },
  }
}

/** The header of what the laboratory makes up: should it become a dead letter, that is explained. */
const OF_LAB = { lab: true }

/** Whether a message was made up by the laboratory. */
export const isOfLab = ({ properties }: { properties: { headers?: Record<string, unknown> } }) =>
  properties.headers?.lab === true

/** The properties of a message that the laboratory makes up. */
export const labProperties = (more: object = {}) => ({
  contentType: 'application/json',
  ...more,
  headers: OF_LAB,
})

/** The properties under which a fact was published. */
export const propertiesOf = ({ properties }: Message) => ({
  contentType: properties.contentType,
  messageId: properties.messageId,
  type: properties.type,
  headers: properties.headers,
})

/** Takes everything out of a queue; it is to be acknowledged. */
export async function drain(channel: Channel, queue: string): Promise<Message[]> {
  const messages: Message[] = []
  for (;;) {
    const message = await channel.get(queue)
    if (!message) return messages
    messages.push(message)
  }
}

/** Does something on a channel of the lab's own. */
export async function onBroker<T>(
  { url }: StackAmqp,
  work: (channel: ConfirmChannel) => Promise<T>,
): Promise<T> {
  const connection = await connect(url, { timeout: 5_000, noDelay: true })
  connection.on('error', () => {})
  try {
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    return await work(channel)
  } finally {
    await connection.close()
  }
}
