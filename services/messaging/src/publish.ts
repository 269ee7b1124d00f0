import type { ConfirmChannel, Message } from 'amqplib'
import { type OutgoingMessage, publishOptions } from './message.ts'

/** How long confirms may take, in milliseconds. On a link that swallows everything nothing else would end the wait. */
const CONFIRM_LIMIT_MS = 5_000

/**
 * Publishes messages and resolves when the broker has confirmed all of them.
 * @throws when one was refused, was returned because no queue wants it, or the broker did not answer in time
 */
export async function publishConfirmed(
  channel: ConfirmChannel,
  exchange: string,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  // The broker confirms what it cannot route, too; it says so by a return, which comes before the confirm.
  const returned = new Set<string>()
  const onReturn = ({ properties }: Message) => returned.add(String(properties.messageId))
  let deadline: NodeJS.Timeout | undefined
  channel.on('return', onReturn)
  try {
    await Promise.race([
      Promise.all(messages.map((message) => publish(channel, exchange, message))),
      new Promise((_, reject) => {
        const late = () => reject(new Error(`no confirm within ${CONFIRM_LIMIT_MS} ms`))
        deadline = setTimeout(late, CONFIRM_LIMIT_MS)
      }),
    ])
  } finally {
    clearTimeout(deadline)
    channel.removeListener('return', onReturn)
  }
  if (returned.size > 0) throw new Error(`no queue wants message ${[...returned].join(', ')}`)
}

function publish(channel: ConfirmChannel, exchange: string, message: OutgoingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(
      exchange,
      message.topic,
      Buffer.from(message.payload),
      publishOptions(message),
      (refused) => (refused ? reject(refused) : resolve()),
    )
  })
}
