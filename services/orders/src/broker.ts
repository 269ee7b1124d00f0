import type { Backlog } from '@shop/messaging/backlog.ts'
import { bindToConnection } from '@shop/messaging/channel.ts'
import type { Consumer } from '@shop/messaging/consumer.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { declareTopology, topology } from '@shop/messaging/topology.ts'
import { messagesConsumed, messagesPublished } from '@shop/shared/runtime/metrics.ts'
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import type { Forward } from './consumer.ts'
import { consumed, type Settlement } from './events.ts'
import type { Settlements } from './settlements.ts'

interface Parts {
  namespace: string
  queueLimit: number
  replica: string
  settlements: Settlements
  relay: Relay
  backlog: Backlog
}

/** Where orders stands on the broker: the queues around it, and the line between its replicas. */
export function ordersBroker({ namespace, queueLimit, replica, settlements, relay, backlog }: Parts) {
  const names = topology(namespace)
  const queue = names.queue('orders', 'stock')
  let line: Channel | undefined

  /** Transient and unconfirmed: whoever waits also looks into the database now and then. */
  const forward: Forward = (to, settled) => {
    if (line) messagesPublished.inc()
    line?.publish(names.wake, to, Buffer.from(JSON.stringify(settled)))
  }

  /** Sets a new connection up; the consumer comes last, when all it may call is there. */
  async function attach(connection: ChannelModel, consumer: Consumer): Promise<void> {
    const publishing = bindToConnection(await connection.createConfirmChannel(), connection)
    const subscriptions = [{ queue, topics: Object.keys(consumed) }]
    await declareTopology(publishing, names, subscriptions, queueLimit)
    relay.attach(connection, publishing, names.events)
    backlog.attach(connection, [names.queue('inventory', 'orders'), queue])
    line = bindToConnection(await connection.createChannel(), connection)
    const { queue: own } = await line.assertQueue('', { exclusive: true, autoDelete: true })
    await line.bindQueue(own, names.wake, replica)
    const hear = (raw: ConsumeMessage | null) => {
      if (!raw) return
      messagesConsumed.inc()
      settlements.announce(JSON.parse(raw.content.toString()) as Settlement[])
    }
    await line.consume(own, hear, { noAck: true })
    await consumer.attach(bindToConnection(await connection.createChannel(), connection))
  }

  return { queue, forward, attach }
}
