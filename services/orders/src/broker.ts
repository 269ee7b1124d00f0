import type { OpenChannels, Purpose } from '@shop/messaging/broker.ts'
import { type ChannelLog, keepChannel } from '@shop/messaging/channel.ts'
import type { Consumer } from '@shop/messaging/consumer.ts'
import type { Queues } from '@shop/messaging/queues.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { declareExchanges, declareTopology, topology } from '@shop/messaging/topology.ts'
import { consumed } from './events.ts'
import { createLine } from './line.ts'
import type { Settlements } from './settlements.ts'

interface Parts {
  namespace: string
  queueLimit: number
  replica: string
  settlements: Settlements
  relay: Relay
  queues: Queues
}

/** Where orders stands on the broker: the queues around it, and the line between its replicas. */
export function ordersBroker(parts: Parts, log: ChannelLog) {
  const { namespace, queueLimit, replica, settlements, relay, queues } = parts
  const names = topology(namespace)
  const line = createLine(replica, settlements, names, log)
  const queue = names.queue('orders', 'stock')
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
        await line.speak(connection),
      ],
      consume: async (connection) => {
        queues.attach(connection, [names.queue('inventory', 'orders'), queue])
        return [
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
          await line.hear(connection),
        ]
      },
    }
  }

  return { queue, forward: line.forward, channels }
}
