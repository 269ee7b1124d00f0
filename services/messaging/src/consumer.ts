import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '@shop/shared/runtime/backoff.ts'
import { messagesConsumed } from '@shop/shared/runtime/metrics.ts'
import { isUnavailable } from '@shop/shared/runtime/postgres-errors.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { Channel, ConsumeMessage } from 'amqplib'
import { type IncomingMessage, messageBindings, type Parse, PoisonError, readMessage } from './message.ts'
import { traceHandling } from './tracing.ts'

/** The most messages that one call of the handler gets. */
const BATCH = 100
/** Unacknowledged messages at most: one batch in work and the next one at hand. */
const PREFETCH = BATCH * 2
const RETRY_MS = { first: 200, most: 2_000 }

interface ConsumerLog {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

interface ConsumerOptions<T> {
  queue: string
  parse: Parse<T>
  /** Puts the effect of all messages into one transaction. Each may have been handled before. */
  handle(messages: IncomingMessage<T>[]): Promise<void>
  log: ConsumerLog
}

/** A message with what is needed to acknowledge it. */
interface Delivery<T> {
  raw: ConsumeMessage
  message: IncomingMessage<T>
}

export interface Consumer {
  /** Consume on this channel until it closes. */
  attach(channel: Channel): Promise<void>
  /** Take no more messages, and finish those at hand. */
  stop(): Promise<void>
}

/**
 * Consumes a queue in batches: one by one when idle, as many as have arrived under load. Acknowledges after the
 * handler's commit. What happens to a message that fails:
 * unreadable, it is dead-lettered at once; while the database is away, it is kept and tried again;
 * otherwise it goes back, alone, and is dead-lettered when it has come back too often.
 */
export function createConsumer<T>({ queue, parse, log, ...options }: ConsumerOptions<T>): Consumer {
  const handle = tracing ? traceHandling(queue, options.handle, tracing) : options.handle
  let stopping = false
  let current: { channel: Channel; tag: string } | undefined
  let working: Promise<void> = Promise.resolve()

  async function attach(channel: Channel): Promise<void> {
    const waiting: Delivery<T>[] = []
    let open = true
    let busy = false
    channel.once('close', () => {
      open = false
      waiting.length = 0
    })

    function receive(raw: ConsumeMessage | null): void {
      // The server cancelled us, say because the queue was deleted: start over on a new connection.
      if (raw === null) return void channel.close().catch(() => undefined)
      messagesConsumed.inc()
      const delivery = readOrReject(channel, raw)
      if (delivery) waiting.push(delivery)
      if (!busy && waiting.length > 0) working = work()
    }

    async function work(): Promise<void> {
      busy = true
      // Messages that came together are told of one by one: a batch has all of them.
      await undefined
      while (open && waiting.length > 0) await settle(waiting.splice(0, BATCH))
      busy = false
    }

    async function settle(batch: Delivery<T>[]): Promise<void> {
      for (let tried = 0; open; tried++) {
        try {
          await handle(batch.map(({ message }) => message))
          for (const { message } of batch) log.debug(messageBindings(message), 'handled')
          if (open) for (const { raw } of batch) channel.ack(raw)
          return
        } catch (error) {
          if (!isUnavailable(error as Error)) return settleOneByOne(batch, error as Error)
          log.warn({ queue, reason: (error as Error).message }, 'messages wait for the database')
          if (stopping) return
          await delay(backoff(tried, RETRY_MS))
        }
      }
    }

    /** Finds the message that the handler cannot take; `reject` counts towards the delivery limit on every broker. */
    async function settleOneByOne(batch: Delivery<T>[], error: Error): Promise<void> {
      if (batch.length > 1) {
        for (const delivery of batch) await settle([delivery])
        return
      }
      const { raw, message } = batch[0]!
      log.error({ ...messageBindings(message), queue, err: error }, 'a message failed')
      if (open) channel.reject(raw, true)
    }

    await channel.prefetch(PREFETCH)
    const { consumerTag } = await channel.consume(queue, receive)
    current = { channel, tag: consumerTag }
  }

  function readOrReject(channel: Channel, raw: ConsumeMessage): Delivery<T> | undefined {
    try {
      return { raw, message: readMessage(raw, parse) }
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error
      log.warn({ queue, message_id: raw.properties.messageId, reason: error.message }, 'a dead letter')
      channel.reject(raw, false)
      return undefined
    }
  }

  return {
    attach,
    async stop() {
      stopping = true
      await current?.channel.cancel(current.tag).catch(() => undefined)
      await working
    },
  }
}
