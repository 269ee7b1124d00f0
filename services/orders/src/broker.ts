import type { OpenChannels, Purpose } from '@shop/messaging/broker.ts'
import type { ChannelLog } from '@shop/messaging/channel.ts'
import type { Consumer } from '@shop/messaging/consumer.ts'
import { consumeFacts, publishFacts } from '@shop/messaging/fact-channels.ts'
import type { Queues } from '@shop/messaging/queues.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { topology } from '@shop/messaging/topology.ts'
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

  /** @param startWhen the consumer waits for */
  function channels(consumer: Consumer, startWhen: Promise<unknown>): Record<Purpose, OpenChannels> {
    const consuming = { names, subscriptions, queueLimit, consumer, startWhen }
    return {
      publish: async (connection) => [
        await publishFacts(connection, names, relay, log),
        await line.speak(connection),
      ],
      consume: async (connection) => {
        queues.attach(connection, [names.queue('inventory', 'orders'), queue])
        return [await consumeFacts(connection, consuming, log), await line.hear(connection)]
      },
    }
  }

  return { queue, forward: line.forward, channels }
}
