import type { OpenChannels, Purpose } from '@shop/messaging/broker.ts'
import type { ChannelLog } from '@shop/messaging/channel.ts'
import type { Consumer } from '@shop/messaging/consumer.ts'
import { consumeFacts, publishFacts } from '@shop/messaging/fact-channels.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { topology } from '@shop/messaging/topology.ts'
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

  /** @param startWhen the consumer waits for */
  function channels(consumer: Consumer, startWhen: Promise<unknown>): Record<Purpose, OpenChannels> {
    const consuming = { names, subscriptions, queueLimit, consumer, startWhen }
    return {
      publish: async (connection) => [await publishFacts(connection, names, relay, log)],
      consume: async (connection) => [await consumeFacts(connection, consuming, log)],
    }
  }

  return { queue, channels }
}
