import { type ChannelLog, type KeptChannel, keepChannel } from '@shop/messaging/channel.ts'
import { eventParser } from '@shop/messaging/events.ts'
import { parseJson } from '@shop/messaging/message.ts'
import { declareExchanges, type Topology } from '@shop/messaging/topology.ts'
import { messagesConsumed, messagesPublished } from '@shop/shared/runtime/metrics.ts'
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import Type from 'typebox'
import { Settlement } from './events.ts'
import type { Settlements } from './settlements.ts'

/** The line between replicas of orders: whoever settles an order tells the one that holds its request. */
export interface Line {
  /** Sends settlements to a replica. Best effort, never throws: whoever waits also looks into the database now and then. */
  forward(replica: string, settlements: Settlement[]): void
  speak(connection: ChannelModel): Promise<KeptChannel>
  hear(connection: ChannelModel): Promise<KeptChannel>
}

const parse = eventParser({ settled: Type.Array(Settlement) })

export function createLine(
  replica: string,
  settlements: Settlements,
  names: Topology,
  log: ChannelLog,
): Line {
  let speaking: Channel | undefined

  function listen(raw: ConsumeMessage): void {
    messagesConsumed.inc()
    try {
      settlements.announce(parse('settled', parseJson(raw.content)).payload)
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'this is no settlement')
    }
  }

  return {
    forward(to, settled) {
      try {
        speaking?.publish(names.wake, to, Buffer.from(JSON.stringify(settled)))
        if (speaking) messagesPublished.inc()
      } catch {
        // The channel is closing.
      }
    },
    speak: (connection) =>
      keepChannel(
        connection,
        {
          name: 'tell other replicas',
          open: () => connection.createChannel(),
          declare: (channel) => declareExchanges(channel, names),
          use(channel) {
            speaking = channel
          },
        },
        log,
      ),
    hear(connection) {
      let own: string | undefined
      return keepChannel(
        connection,
        {
          name: 'hear other replicas',
          open() {
            own = undefined
            return connection.createChannel()
          },
          async declare(channel) {
            await declareExchanges(channel, names)
            own ??= (await channel.assertQueue('', { exclusive: true, autoDelete: true })).queue
            await channel.bindQueue(own, names.wake, replica)
          },
          async use(channel) {
            // The server cancels when the queue was deleted: start over on a new channel.
            const leave = () => void channel.close().catch(() => undefined)
            await channel.consume(own!, (raw) => (raw ? listen(raw) : leave()), { noAck: true })
          },
        },
        log,
      )
    },
  }
}
