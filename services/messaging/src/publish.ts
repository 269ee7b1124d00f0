import { messagesPublished } from '@shop/shared/runtime/metrics.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { ConfirmChannel, Message } from 'amqplib'
import { type OutgoingMessage, publishOptions } from './message.ts'
import { tracePublishing } from './tracing.ts'

/** How long confirms may take, in milliseconds. On a link that swallows everything nothing else would end the wait. */
const CONFIRM_LIMIT_MS = 5_000

/**
 * Publishes messages and resolves when the broker has answered for each of them.
 * @returns the messages that the broker does not keep: it refused them, or no queue wants them
 * @throws when the broker did not answer in time
 */
export async function publishConfirmed(
  channel: ConfirmChannel,
  exchange: string,
  messages: readonly OutgoingMessage[],
): Promise<OutgoingMessage[]> {
  // The broker confirms what it cannot route, too; it says so by a return, which comes before the confirm.
  const lost = new Set<string>()
  const onReturn = ({ properties }: Message) => lost.add(String(properties.messageId))
  channel.on('return', onReturn)
  const send = tracing ? tracePublishing(exchange, publish, tracing) : publish
  let deadline: NodeJS.Timeout | undefined
  try {
    const answers = messages.map((message) =>
      send(channel, exchange, message).catch(() => lost.add(message.id)),
    )
    const late = new Promise((_, reject) => {
      const giveUp = () => reject(new Error(`no confirm within ${CONFIRM_LIMIT_MS} ms`))
      deadline = setTimeout(giveUp, CONFIRM_LIMIT_MS)
    })
    await Promise.race([Promise.all(answers), late])
  } finally {
    clearTimeout(deadline)
    channel.removeListener('return', onReturn)
  }
  return messages.filter(({ id }) => lost.has(id))
}

function publish(channel: ConfirmChannel, exchange: string, message: OutgoingMessage): Promise<void> {
  messagesPublished.inc()
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
