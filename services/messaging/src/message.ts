import { isRequestId, isTraceparent, type Trace, traceBindings } from '@shop/shared/runtime/trace.ts'
import type { ConsumeMessage, MessagePropertyHeaders, Options } from 'amqplib'
import { validate as isUuid } from 'uuid'

/** A fact on its way out, as the outbox keeps it. */
export interface OutgoingMessage {
  /** UUID: the identity by which inboxes know it again. */
  id: string
  topic: string
  /** JSON as text. */
  payload: string
  trace: Trace
}

/** A fact that came in. */
export interface IncomingMessage<T> {
  id: string
  topic: string
  /** The payload in the consumer's own view of it. */
  event: T
  trace: Trace
}

/** Thrown for a message that no retry will make readable. */
export class PoisonError extends Error {
  override name = 'PoisonError'
}

/** AMQP properties of a fact: persistent, and returned when no queue wants it. */
export const publishOptions = ({ id, topic, trace }: OutgoingMessage): Options.Publish => ({
  persistent: true,
  mandatory: true,
  contentType: 'application/json',
  messageId: id,
  type: topic,
  headers: { traceparent: trace.traceparent, 'x-request-id': trace.requestId },
})

/** Checks a payload against the consumer's own view of the fact. @throws PoisonError */
export type Parse<T> = (topic: string, payload: unknown) => T

/** @throws PoisonError when the message has no id, is not JSON, or is not what its topic promises */
export function readMessage<T>(
  { content, fields, properties }: ConsumeMessage,
  parse: Parse<T>,
): IncomingMessage<T> {
  const { messageId, headers } = properties
  if (typeof messageId !== 'string' || !isUuid(messageId)) throw new PoisonError('it has no message id')
  return {
    // As the database writes it.
    id: messageId.toLowerCase(),
    topic: fields.routingKey,
    event: parse(fields.routingKey, parseJson(content)),
    trace: readTrace(headers ?? {}),
  }
}

/** What is no trace is none: it would travel on with the facts that the message causes, and cost those. */
const readTrace = ({ traceparent, 'x-request-id': requestId }: MessagePropertyHeaders): Trace => ({
  traceparent: isTraceparent(traceparent) ? traceparent : '',
  requestId: isRequestId(requestId) ? requestId : '',
})

/** @throws PoisonError */
export function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString())
  } catch {
    throw new PoisonError('it is not JSON')
  }
}

/** What log lines about a message carry. */
export const messageBindings = ({ id, topic, trace }: Pick<OutgoingMessage, 'id' | 'topic' | 'trace'>) => ({
  message_id: id,
  topic,
  ...traceBindings(trace),
})
