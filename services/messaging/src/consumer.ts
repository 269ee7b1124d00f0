import { setTimeout as delay } from 'node:timers/promises'
import { messagesConsumed } from '@shop/shared/runtime/metrics.ts'
import { isContentFault } from '@shop/shared/runtime/postgres-errors.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { Channel, ConsumeMessage } from 'amqplib'
import { messagesDead, messagesRedelivered } from './broker-metrics.ts'
import { type IncomingMessage, messageBindings, type Parse, readMessage } from './message.ts'
import { createPause } from './pause.ts'
import { traceHandling } from './tracing.ts'

/** The most messages that one call of the handler gets. */
const BATCH = 100
/** Unacknowledged messages at most: one batch in work and the next one at hand. */
const PREFETCH = BATCH * 2
/** And while they cannot be handled: enough to find one that can. */
const PREFETCH_PAUSED = 10
/** How long messages that cannot be handled are kept, in milliseconds, before others may have them: theirs may work. */
const KEEP_MS = 5_000
/** How long to wait for a message, in milliseconds, that shows whether handling works again. */
const NOTHING_MS = 1_000
/** How long the broker may take to confirm that it sends no more, in milliseconds. */
const CANCEL_MS = 1_000

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
  /** Rejects while messages wait for something that is broken: for readiness. That others are in the way is not broken. */
  check(): Promise<void>
  /** Take no more messages, and finish those at hand. */
  stop(): Promise<void>
}

/**
 * Consumes a queue in batches: one by one when idle, as many as have arrived under load. Acknowledges after the
 * handler's commit. What happens to a message that fails:
 * when its content is at fault, it is found in its batch and dead-lettered at once;
 * whatever else it is, known or not, the consumer pauses and tries again, for ever, with longer pauses. Then each batch is half
 * the last one, and what failed goes behind the others: so one that waits does not hold up those that need not.
 * Messages that wait for long go back to the broker, so that another replica can have them.
 */
export function createConsumer<T>({ queue, parse, log, ...options }: ConsumerOptions<T>): Consumer {
  const handle = tracing ? traceHandling(queue, options.handle, tracing) : options.handle
  const pause = createPause(queue)
  const stopping = new AbortController()
  let cancel = async (): Promise<unknown> => undefined
  let working = Promise.resolve()

  const sleep = (ms: number) =>
    delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)

  async function attach(channel: Channel): Promise<void> {
    const waiting: Delivery<T>[] = []
    // Whether this channel is there to find out whether handling works again.
    const isTrial = pause.isBroken
    const since = performance.now()
    let size = pause.isOn ? 1 : BATCH
    let failures = 0
    let open = true
    let busy = false
    channel.once('close', () => {
      open = false
      waiting.length = 0
    })

    function receive(raw: ConsumeMessage | null): void {
      // The server cancelled us, say because the queue was deleted: start over on a new channel.
      if (raw === null) {
        leave()
        return
      }
      messagesConsumed.inc()
      if (raw.fields.redelivered) messagesRedelivered.inc()
      const delivery = read(raw)
      if (delivery) waiting.push(delivery)
      if (busy || waiting.length === 0) return
      busy = true
      const before = working
      working = work()
        .catch(failed)
        .then(() => before)
    }

    async function work(): Promise<void> {
      // Messages that came together are told of one by one: a batch has all of them.
      await undefined
      while (open && waiting.length > 0) await settle(waiting.splice(0, size))
      busy = false
      if (open) nothingWaits()
    }

    /** On a channel of a trial little is at hand at once: its end makes room for one that has more. */
    function nothingWaits(): void {
      pause.end()
      if (isTrial) leave()
    }

    async function settle(batch: Delivery<T>[]): Promise<void> {
      try {
        await handle(batch.map(({ message }) => message))
      } catch (error) {
        return isContentFault(error) ? narrow(batch, error as Error) : wait(batch, error as Error)
      }
      for (const { raw, message } of batch) {
        log.debug(messageBindings(message), 'handled')
        answer(() => channel.ack(raw))
      }
      size = Math.min(BATCH, size * 2)
      pause.end()
    }

    /** Finds the message that the handler cannot take. */
    function narrow(batch: Delivery<T>[], error: Error): void {
      if (batch.length > 1) {
        size = Math.ceil(batch.length / 2)
        waiting.unshift(...batch)
        return
      }
      const { raw, message } = batch[0]!
      log.error({ ...messageBindings(message), queue, err: error }, 'a message failed: a dead letter')
      setAside(raw)
    }

    async function wait(batch: Delivery<T>[], error: Error): Promise<void> {
      pause.begin(error)
      failures++
      log.warn({ queue, messages: batch.length, reason: error.message }, 'messages wait')
      if (stopping.signal.aborted) waiting.length = 0
      else if (open) waiting.push(...batch)
      size = Math.ceil(batch.length / 2)
      if (pause.isBroken && wasLong()) leave()
      else await sleep(pause.nextMs())
    }

    /** Others that are in the way here are in the way everywhere: then it is no use to give messages back. */
    const wasLong = () =>
      isTrial ? failures >= waiting.length || performance.now() - since > KEEP_MS : pause.lastsMs() > KEEP_MS

    function read(raw: ConsumeMessage): Delivery<T> | undefined {
      try {
        return { raw, message: readMessage(raw, parse) }
      } catch (error) {
        const { messageId } = raw.properties
        log.warn({ queue, message_id: messageId, reason: (error as Error).message }, 'a dead letter')
        setAside(raw)
        return undefined
      }
    }

    function setAside(raw: ConsumeMessage): void {
      messagesDead.inc({ queue })
      answer(() => channel.reject(raw, false))
    }

    /** On a channel that closes nothing can be said any more: what has no answer, the broker gives again. */
    function answer(say: () => void): void {
      try {
        say()
      } catch {
        leave()
      }
    }

    /** Gives back what is at hand; whoever keeps the channel opens a new one. */
    function leave(): void {
      open = false
      waiting.length = 0
      channel.close().catch(() => undefined)
    }

    function failed(error: Error): void {
      log.error({ queue, err: error }, 'the consumer starts over')
      leave()
    }

    if (isTrial) await sleep(pause.nextMs())
    if (stopping.signal.aborted) return
    await channel.prefetch(isTrial ? PREFETCH_PAUSED : PREFETCH)
    const { consumerTag } = await channel.consume(queue, receive)
    cancel = () => channel.cancel(consumerTag)
    if (isTrial) setTimeout(() => open && !busy && nothingWaits(), NOTHING_MS).unref()
  }

  return {
    attach,
    check: async () => pause.check(),
    async stop() {
      stopping.abort()
      await Promise.race([cancel().catch(() => undefined), delay(CANCEL_MS, undefined, { ref: false })])
      await working
    },
  }
}
