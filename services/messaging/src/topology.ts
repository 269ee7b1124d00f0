import { Missing } from '@shop/shared/runtime/health.ts'
import type { Channel, Replies } from 'amqplib'
import { deadLetters } from './broker-metrics.ts'
import { differsIn, explainDifference } from './topology-differs.ts'

/**
 * How often a message may come back before the broker sets it aside: never, in practice. RabbitMQ counts every connection that
 * breaks, before 4.3 at least, and what was interrupted has not failed. Who consumes decides what a dead letter is. It is not
 * left out because RabbitMQ 4 would take 20, and no negative number because 3.10 takes none.
 */
export const DELIVERY_LIMIT = 1_000_000_000

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

/** Declares what is published to: who publishes needs no more. @throws Missing when one is there and is another */
export async function declareExchanges(channel: Channel, { events, wake, dead }: Topology): Promise<void> {
  await channel.assertExchange(events, 'topic', { durable: true }).catch(explain)
  await channel.assertExchange(dead, 'direct', { durable: true }).catch(explain)
  await channel.assertExchange(wake, 'direct', { durable: false }).catch(explain)
}

/**
 * Declares the exchanges and every queue that `subscriptions` names, with its dead letter queue. Each service declares
 * its own alone: to declare another's takes the right to read it. A fact whose queue is not there yet is returned, and
 * waits in the outbox. A queue of a version that counted deliveries is made anew, one of dead letters once it is empty: what was
 * on its way in it is said again.
 * @param queueLimit the most messages in a queue; more wait in the outbox of who has them
 * @throws Missing when a queue is there with other arguments: it names both, and what to do
 */
export async function declareTopology(
  channel: Channel,
  names: Topology,
  subscriptions: readonly Subscription[],
  queueLimit: number,
): Promise<void> {
  const { events, dead } = names
  await declareExchanges(channel, names)
  for (const { queue, topics } of subscriptions) {
    const aside = await declareQueue(channel, `${queue}.dead`, DEAD_ARGUMENTS, isEmpty)
    deadLetters.set({ queue }, aside.messageCount)
    await channel.bindQueue(`${queue}.dead`, dead, queue)
    await declareQueue(channel, queue, queueArguments(dead, queue, queueLimit), () => true)
    for (const topic of topics) await channel.bindQueue(queue, events, topic)
  }
}

type Queue = Replies.AssertQueue
const isEmpty = ({ messageCount }: Queue) => messageCount === 0
/** Queues that are there from a version that counted deliveries. To find that out costs the channel. */
const countDeliveries = new Set<string>()

async function declareQueue(
  channel: Channel,
  queue: string,
  args: object,
  mayBeReplaced: (queue: Queue) => boolean,
): Promise<Queue> {
  if (countDeliveries.delete(queue)) {
    const there = await channel.checkQueue(queue)
    if (!mayBeReplaced(there)) {
      countDeliveries.add(queue)
      return there
    }
    await channel.deleteQueue(queue)
  }
  return channel.assertQueue(queue, { durable: true, arguments: args }).catch((error: Error) => {
    if (differsIn(error) !== 'x-delivery-limit') return explain(error)
    countDeliveries.add(queue)
    throw new Missing(`the queue ${queue} counts deliveries, as an earlier version had it: it is made anew`)
  })
}

const explain = (error: Error): never => {
  throw explainDifference(error)
}

/** RabbitMQ 4 would throw a dead letter away that somebody has looked at twenty times. */
const DEAD_ARGUMENTS = { 'x-queue-type': 'quorum', 'x-delivery-limit': DELIVERY_LIMIT }

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
