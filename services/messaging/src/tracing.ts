import type { Span, Tracing } from '@shop/shared/runtime/tracing.ts'
import { traceparentOf } from '@shop/shared/runtime/tracing.ts'
import { SYSTEM } from '@shop/shared/runtime/tracing-postgres.ts'
import type { IncomingMessage, OutgoingMessage } from './message.ts'
import type { Publish } from './publish.ts'

// A batch holds messages of many traces, and each trace is to show what was done for its own message: so each message gets
// spans of its own, though the work was done for all of them at once.

/** Gives each message a span from publish to confirm, which whoever consumes it continues. */
export function tracePublishing(exchange: string, publish: Publish, tracing: Tracing): Publish {
  return async (message) => {
    const { id, topic, trace } = message
    const span = tracing.begin(`send ${topic}`, {
      kind: 'producer',
      parent: trace.traceparent,
      attributes: {
        'messaging.system': 'rabbitmq',
        'messaging.operation.type': 'send',
        'messaging.operation.name': 'publish',
        'messaging.destination.name': `${exchange}:${topic}`,
        'messaging.rabbitmq.destination.routing_key': topic,
        'messaging.message.id': id,
      },
    })
    try {
      await publish({ ...message, trace: { ...trace, traceparent: traceparentOf(span) } })
      tracing.end(span)
    } catch (error) {
      tracing.end(span, error)
      throw error
    }
  }
}

type Take<A extends unknown[]> = (...how: A) => Promise<OutgoingMessage[]>

/** Gives each message a span for the statement that took it out of the outbox: only then is its trace known. */
export function traceTaking<A extends unknown[]>(take: Take<A>, tracing: Tracing): Take<A> {
  return async (...how) => {
    const startedAt = tracing.now()
    const messages = await take(...how)
    const attributes = { ...SYSTEM, ...batchOf(messages) }
    for (const { trace } of messages) {
      const parent = trace.traceparent
      tracing.end(tracing.begin('take-unsent', { kind: 'client', parent, attributes, startedAt }))
    }
    return messages
  }
}

type Handle<T> = (messages: IncomingMessage<T>[]) => Promise<void>

/**
 * Gives each message a span while it is handled, which continues the publisher's. What is done for a batch lies below the
 * span of one of its messages; those of the others have a link to it.
 */
export function traceHandling<T>(queue: string, handle: Handle<T>, tracing: Tracing): Handle<T> {
  return async (messages) => {
    const spans: Span[] = []
    for (const message of messages)
      spans.push(begin(tracing, queue, message, messages, spans.find(isRecorded)))
    const continued = messages.map((message, i) => ({
      ...message,
      trace: { ...message.trace, traceparent: traceparentOf(spans[i]!) },
    }))
    try {
      await tracing.within(spans.find(isRecorded) ?? spans[0]!, () => handle(continued))
      for (const span of spans) tracing.end(span)
    } catch (error) {
      for (const span of spans) tracing.end(span, error)
      throw error
    }
  }
}

function begin<T>(
  tracing: Tracing,
  queue: string,
  { id, topic, trace }: IncomingMessage<T>,
  batch: IncomingMessage<T>[],
  first: Span | undefined,
): Span {
  return tracing.begin(`process ${topic}`, {
    kind: 'consumer',
    parent: trace.traceparent,
    links: first ? [first] : [],
    attributes: {
      'messaging.system': 'rabbitmq',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': queue,
      'messaging.rabbitmq.destination.routing_key': topic,
      'messaging.message.id': id,
      ...batchOf(batch),
    },
  })
}

const isRecorded = (span: Span) => span.isRecording()

const batchOf = ({ length }: { length: number }) =>
  length > 1 ? { 'messaging.batch.message_count': length } : {}
