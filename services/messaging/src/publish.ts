import { messagesPublished } from '@shop/shared/runtime/metrics.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { ConfirmChannel, Message } from 'amqplib'
import { type OutgoingMessage, publishOptions } from './message.ts'
import { tracePublishing } from './tracing.ts'

/** How long confirms may take, in milliseconds. On a link that swallows everything nothing else would end the wait. */
export const CONFIRM_LIMIT_MS = 5_000
/** What amqplib says of a message that the broker did not take; of one that went with its channel it says something else. */
const NACKED = 'message nacked'

/** Why a broker that can be talked to does not keep a fact: some queue is full, no queue wants it, or no word came in time. */
export type Refusal = 'refused' | 'unroutable' | 'late'

/** Thrown for a fact that the broker does not keep. Others of its topic would fare no better. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  readonly reason: Refusal
  constructor(reason: Refusal, message: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * Publishes a fact and resolves when the broker has confirmed it.
 * Rejects when the broker does not keep it (RefusedError), or when the channel closed meanwhile.
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
      channel.publish(exchange, message.topic, content, publishOptions(message), (error) => {
        const isUnwanted = returned.delete(message.id)
        if (error?.message === NACKED) reject(new RefusedError('refused', `a queue refuses ${message.topic}`))
        else if (error) reject(error)
        else if (isUnwanted) reject(new RefusedError('unroutable', `no queue wants ${message.topic}`))
        else resolve()
      })
    })
  }
  return tracing ? tracePublishing(exchange, publish, tracing) : publish
}

/** What did not get through, and why; undefined when the channel went. */
export type Unsent = Map<OutgoingMessage, Refusal | undefined>

/** Publishes messages and resolves when the broker has answered for each of them, or the time is up. */
export async function publishAll(publish: Publish, messages: readonly OutgoingMessage[]): Promise<Unsent> {
  const unanswered = new Set(messages)
  const unsent: Unsent = new Map()
  const answers = messages.map((message) =>
    publish(message).then(
      () => unanswered.delete(message),
      (error: Error) => {
        unanswered.delete(message)
        unsent.set(message, error instanceof RefusedError ? error.reason : undefined)
      },
    ),
  )
  let deadline: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    deadline = setTimeout(resolve, CONFIRM_LIMIT_MS)
  })
  await Promise.race([Promise.all(answers), late]).finally(() => clearTimeout(deadline))
  for (const message of unanswered) unsent.set(message, 'late')
  return unsent
}
