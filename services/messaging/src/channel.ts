import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib'

/**
 * Ties a channel's life to its connection's: a channel that breaks alone takes the connection with it, and recovery
 * brings both back in order.
 */
export function bindToConnection<C extends Channel | ConfirmChannel>(
  channel: C,
  connection: ChannelModel,
): C {
  channel.on('error', () => undefined)
  channel.on('close', () => {
    connection.close().catch(() => undefined)
  })
  return channel
}
