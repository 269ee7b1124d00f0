import type { OpenChannels, Purpose } from '@shop/messaging/broker.ts'
import { type ChannelLog, keepChannel } from '@shop/messaging/channel.ts'
import type { Consumer } from '@shop/messaging/consumer.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { declareExchanges, declareTopology, topology } from '@shop/messaging/topology.ts'
import { consumed } from './events.ts'

interface Parts {
  namespace: string
  queueLimit: number
  relay: Relay
}

/** Where inventory stands on the broker: the queues around it. */
export function inventoryBroker({ namespace, queueLimit, relay }: Parts, log: ChannelLog) {
  const names = topology(namespace)
  const queue = names.queue('inventory', 'orders')
  const subscriptions = [{ queue, topics: Object.keys(consumed) }]

  /** @param startWhen the consumer waits for: before, what handles its messages cannot work */
  function channels(consumer: Consumer, startWhen: Promise<unknown>): Record<Purpose, OpenChannels> {
    return {
      publish: async (connection) => [
        await keepChannel(
          connection,
          {
            name: 'publish facts',
            open: () => connection.createConfirmChannel(),
            declare: (channel) => declareExchanges(channel, names),
            use: (channel) => relay.attach(connection, channel, names.events),
          },
          log,
        ),
      ],
      consume: async (connection) => [
        await keepChannel(
          connection,
          {
            name: 'consume facts',
            open: () => connection.createChannel(),
            declare: (channel) => declareTopology(channel, names, subscriptions, queueLimit),
            use: (channel) => startWhen.then(() => consumer.attach(channel)),
          },
          log,
        ),
      ],
    }
  }

  return { queue, channels }
}
