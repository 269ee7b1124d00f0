import { messagesPublished } from '@shop/shared/runtime/metrics.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { ConfirmChannel, Message } from 'amqplib'
import { type OutgoingMessage, publishOptions } from './message.ts'
import { tracePublishing } from './tracing.ts'

/** How long confirms may take, in milliseconds. On a link that swallows everything nothing else would end the wait. */
export const CONFIRM_LIMIT_MS = 5_000

/**
 * Publishes a fact and resolves when the broker has confirmed it.
 * Rejects when the broker does not keep it: it refused it, no queue wants it, or the channel closed meanwhile.
 */
export type Publish = (message: OutgoingMessage) => Promise<void>

/** What publishes to this exchange on this channel. */
export function createPublisher(channel: ConfirmChannel, exchange: string): Publish {
  // The broker confirms what it cannot route, too; it says so by a return, which comes before the confirm.
  const returned = new Set<string>()
  channel.on('return', ({ properties }: Message) => returned.add(String(properties.messageId)))

  const publish: Publish = (message) => {
    messagesPublished.inc()
    return new Promise((resolve, reject) => {
      const content = Buffer.from(message.payload)
      channel.publish(exchange, message.topic, content, publishOptions(message), (refused) => {
        const isUnwanted = returned.delete(message.id)
        if (refused) reject(refused)
        else if (isUnwanted) reject(new Error(`no queue wants ${message.topic}`))
        else resolve()
      })
    })
  }
  return tracing ? tracePublishing(exchange, publish, tracing) : publish
}

/**
 * Publishes messages and resolves when the broker has answered for each of them.
 * @returns the messages that the broker does not keep
 * @throws when the broker did not answer in time
 */
export async function publishAll(
  publish: Publish,
  messages: readonly OutgoingMessage[],
): Promise<OutgoingMessage[]> {
  const unsent = new Set<OutgoingMessage>()
  const answers = messages.map((message) => publish(message).catch(() => void unsent.add(message)))
  let deadline: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    const giveUp = () => reject(new Error(`no confirm within ${CONFIRM_LIMIT_MS} ms`))
    deadline = setTimeout(giveUp, CONFIRM_LIMIT_MS)
  })
  await Promise.race([Promise.all(answers), late]).finally(() => clearTimeout(deadline))
  return messages.filter((message) => unsent.has(message))
}
