import type { Channel, ChannelModel } from 'amqplib'

const NOT_FOUND = 404

/**
 * Makes what counts the messages of a queue that somebody else declares: 0 while it is not there. To ask for a queue that
 * is not there costs the channel, so each has one of its own.
 */
export function createCounter(connection: ChannelModel, queue: string): () => Promise<number> {
  let channel: Channel | undefined
  return async () => {
    try {
      channel ??= await openQuietly(connection)
      return (await channel.checkQueue(queue)).messageCount
    } catch (error) {
      channel = undefined
      if ((error as { code?: number }).code === NOT_FOUND) return 0
      throw error
    }
  }
}

async function openQuietly(connection: ChannelModel): Promise<Channel> {
  const channel = await connection.createChannel()
  channel.on('error', () => undefined)
  return channel
}
