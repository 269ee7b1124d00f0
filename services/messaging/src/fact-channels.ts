import type { ChannelModel } from 'amqplib'
import { type ChannelLog, type KeptChannel, keepChannel } from './channel.ts'
import type { Consumer } from './consumer.ts'
import type { Relay } from './relay.ts'
import { declareExchanges, declareTopology, type Subscription, type Topology } from './topology.ts'

/** The channel on which the relay publishes a service's facts. */
export const publishFacts = (
  connection: ChannelModel,
  names: Topology,
  relay: Relay,
  log: ChannelLog,
): Promise<KeptChannel> =>
  keepChannel(
    connection,
    {
      name: 'publish facts',
      open: () => connection.createConfirmChannel(),
      declare: (channel) => declareExchanges(channel, names),
      use: (channel) => relay.attach(connection, channel, names.events),
    },
    log,
  )

interface Consuming {
  names: Topology
  subscriptions: readonly Subscription[]
  /** The most messages in a queue. */
  queueLimit: number
  consumer: Consumer
  /** What the consumer waits for: before, what handles its messages cannot work. */
  startWhen: Promise<unknown>
}

/** The channel on which a service consumes others' facts. */
export const consumeFacts = (
  connection: ChannelModel,
  { names, subscriptions, queueLimit, consumer, startWhen }: Consuming,
  log: ChannelLog,
): Promise<KeptChannel> =>
  keepChannel(
    connection,
    {
      name: 'consume facts',
      open: () => connection.createChannel(),
      declare: (channel) => declareTopology(channel, names, subscriptions, queueLimit),
      use: (channel) => startWhen.then(() => consumer.attach(channel)),
    },
    log,
  )
