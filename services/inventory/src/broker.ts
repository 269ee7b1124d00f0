import { bindToConnection } from '@shop/messaging/channel.ts'
import type { Consumer } from '@shop/messaging/consumer.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { declareTopology, topology } from '@shop/messaging/topology.ts'
import type { ChannelModel } from 'amqplib'
import { consumed, published } from './events.ts'

interface Parts {
  namespace: string
  relay: Relay
}

/** Where inventory stands on the broker: the queues around it. */
export function inventoryBroker({ namespace, relay }: Parts) {
  const names = topology(namespace)
  const queue = names.queue('inventory', 'orders')

  /** Sets a new connection up; the consumer comes last, when all it may call is there. */
  async function attach(connection: ChannelModel, consumer: Consumer): Promise<void> {
    const publishing = bindToConnection(await connection.createConfirmChannel(), connection)
    await declareTopology(publishing, names, [
      { queue, topics: Object.keys(consumed) },
      { queue: names.queue('orders', 'stock'), topics: Object.keys(published) },
    ])
    relay.attach(publishing, names.events)
    await consumer.attach(bindToConnection(await connection.createChannel(), connection))
  }

  return { queue, attach }
}
