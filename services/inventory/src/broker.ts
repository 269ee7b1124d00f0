import { bindToConnection } from '@shop/messaging/channel.ts'
import type { Consumer } from '@shop/messaging/consumer.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { declareTopology, topology } from '@shop/messaging/topology.ts'
import type { ChannelModel } from 'amqplib'
import { consumed } from './events.ts'

interface Parts {
  namespace: string
  queueLimit: number
  relay: Relay
}

/** Where inventory stands on the broker: the queues around it. */
export function inventoryBroker({ namespace, queueLimit, relay }: Parts) {
  const names = topology(namespace)
  const queue = names.queue('inventory', 'orders')

  /** Sets a new connection up; the consumer comes last, when all it may call is there. */
  async function attach(connection: ChannelModel, consumer: Consumer): Promise<void> {
    const publishing = bindToConnection(await connection.createConfirmChannel(), connection)
    const subscriptions = [{ queue, topics: Object.keys(consumed) }]
    await declareTopology(publishing, names, subscriptions, queueLimit)
    relay.attach(connection, publishing, names.events)
    await consumer.attach(bindToConnection(await connection.createChannel(), connection))
  }

  return { queue, attach }
}
