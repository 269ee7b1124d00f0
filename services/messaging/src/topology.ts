import type { Channel } from 'amqplib'

/** How often a message may come back from its consumer before it is set aside as a dead letter. */
export const DELIVERY_LIMIT = 5

/** The broker's objects of one shop. A namespace of its own lets several shops share a broker. */
export const topology = (namespace: string) => ({
  /** Topic exchange: every fact, by its topic as routing key. */
  events: `${namespace}.events`,
  /** Direct exchange: to one replica of orders, by its id. */
  wake: `${namespace}.wake`,
  /** Direct exchange: dead letters, by the name of the queue they were in. */
  dead: `${namespace}.dead`,
  queue: (consumer: string, publisher: string) => `${namespace}.${consumer}.${publisher}`,
})
export type Topology = ReturnType<typeof topology>

/** A durable queue and the facts it wants. */
export interface Subscription {
  queue: string
  topics: readonly string[]
}

/**
 * Declares the exchanges and every queue that `subscriptions` names, with its dead letter queue. Each service declares
 * its own alone: to declare another's takes the right to read it. A fact whose queue is not there yet is returned, and
 * waits in the outbox.
 * @param queueLimit the most messages in a queue; more wait in the outbox of who has them
 */
export async function declareTopology(
  channel: Channel,
  { events, wake, dead }: Topology,
  subscriptions: readonly Subscription[],
  queueLimit: number,
): Promise<void> {
  await channel.assertExchange(events, 'topic', { durable: true })
  await channel.assertExchange(dead, 'direct', { durable: true })
  await channel.assertExchange(wake, 'direct', { durable: false })
  for (const { queue, topics } of subscriptions) {
    await channel.assertQueue(`${queue}.dead`, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
    await channel.bindQueue(`${queue}.dead`, dead, queue)
    await channel.assertQueue(queue, { durable: true, arguments: queueArguments(dead, queue, queueLimit) })
    for (const topic of topics) await channel.bindQueue(queue, events, topic)
  }
}

/** At-least-once dead lettering needs `reject-publish`: a full queue refuses and never drops what it confirmed. */
const queueArguments = (dead: string, queue: string, limit: number) => ({
  'x-queue-type': 'quorum',
  'x-delivery-limit': DELIVERY_LIMIT,
  'x-dead-letter-exchange': dead,
  'x-dead-letter-routing-key': queue,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
  'x-max-length': limit,
})
