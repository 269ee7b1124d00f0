import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '@shop/shared/runtime/backoff.ts'
import { type Pool, transaction } from '@shop/shared/runtime/postgres.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { startDispatch } from './dispatch.ts'
import { messageBindings, type OutgoingMessage } from './message.ts'
import { outboxRefused } from './metrics.ts'
import { deleteSent, type Share, takeUnsent } from './outbox.ts'
import { createPublisher, type Publish, publishAll, type Refusal, type Unsent } from './publish.ts'
import { type Attempt, createPauses } from './topic-pauses.ts'
import { traceTaking } from './tracing.ts'

/** The most messages in one transaction and one wait for confirms. */
const BATCH = 200
/** How often to look for what was left. */
const POLL_MS = 1_000
const RETRY_MS = { first: 250, most: 2_000 }
const FAILED = Symbol('failed')

/** What a person reads of a topic that is left alone. */
const WHY: Record<Refusal, string> = {
  refused: 'facts of this topic wait: a queue that wants them is full',
  unroutable: 'facts of this topic wait: no queue wants them',
  late: 'facts of this topic wait: the broker does not confirm them in time',
}

interface RelayLog {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** Brings facts from the outbox to the broker. */
export interface Relay {
  /** Facts that have just been committed to the outbox leave at once. */
  send(facts: readonly OutgoingMessage[]): void
  /** Publish on this channel of this connection from now on, to this exchange. */
  attach(connection: ChannelModel, channel: ConfirmChannel, exchange: string): void
  /** Whether the broker is there and takes facts. */
  isOpen(): boolean
  /** How many facts have left from memory, or are about to, and are not confirmed. */
  underWay(): number
  stop(): Promise<void>
}

/**
 * Starts the relay. Facts leave from memory when they are committed. What then stays in the outbox, because a process or the
 * broker was away, is found by looking: rows are locked, published, confirmed and deleted in one transaction, many at a time.
 * A crash anywhere sends facts again, never loses them; several relays share the work, each skips locked rows.
 * A topic that the broker does not keep is left alone for a while, and then tried with one fact, apart from all others.
 * @param startWhen it waits for before it looks: then the outbox is there
 */
export function startRelay(pool: Pool, log: RelayLog, startWhen: Promise<unknown>): Relay {
  const take = tracing ? traceTaking(takeUnsent, tracing) : takeUnsent
  const dispatch = startDispatch(pool, log, heard)
  const pauses = createPauses(BATCH)
  let publish: Publish | undefined
  let trying: Promise<void> | undefined
  let stopped = false
  let started = false
  let rouse = () => {}

  /** Sends what was left of these topics. @returns how many were there, and those of them that the broker does not keep */
  async function sendLeft(
    publish: Publish,
    limit: number,
    topics: Share['topics'],
  ): Promise<{ taken: number; unsent: Unsent }> {
    let unsent: Unsent = new Map()
    const taken = await transaction(pool, async (tx) => {
      const messages = await take(tx, { limit, topics, except: dispatch.underWay() })
      if (messages.length === 0) return undefined
      // Those whose confirm comes too late for this transaction are deleted later.
      const noted: Publish = async (message) => {
        await publish(message)
        if (unsent.has(message)) dispatch.confirmed(message.id)
      }
      unsent = await publishAll(noted, messages)
      const sent = messages.filter((message) => !unsent.has(message))
      for (const message of sent) log.debug(messageBindings(message), 'published')
      if (sent.length === 0) return undefined
      await deleteSent(
        tx,
        sent.map(({ id }) => id),
      )
      return messages.length
    })
    return { taken: taken ?? unsent.size, unsent }
  }

  /** Lets topics rest that the broker does not keep. */
  function pause(unsent: Unsent): void {
    for (const [{ topic }, reason] of unsent) {
      if (!reason) continue
      outboxRefused.inc({ topic, reason })
      if (pauses.refused(topic)) log.warn({ topic, reason }, WHY[reason])
    }
  }

  function heard(topic: string, unsent: Unsent): void {
    if (unsent.size > 0) pause(unsent)
    else pauses.kept(topic)
  }

  /** Tries a topic that is due, beside all else: it may take as long as a confirm may. */
  async function tryPaused(publish: Publish, { topic, limit }: Attempt): Promise<void> {
    const { taken, unsent } = await sendLeft(publish, limit, { only: [topic] }).catch((error: Error) => {
      failed(error)
      return { taken: limit, unsent: undefined }
    })
    if (unsent) pause(unsent)
    const outcome = !unsent || unsent.size > 0 ? 'refused' : taken < limit ? 'nothing left' : 'kept'
    if (pauses.tried(topic, outcome)) log.info({ topic }, 'the broker keeps facts of this topic again')
  }

  /** @returns whether there may be more to send at once */
  async function sendAll(publish: Publish): Promise<boolean> {
    const due = pauses.due()
    if (due && !trying)
      trying = tryPaused(publish, due).finally(() => {
        trying = undefined
        rouse()
      })
    const { taken, unsent } = await sendLeft(publish, BATCH, { except: pauses.topics() })
    pause(unsent)
    if ([...unsent.values()].includes(undefined)) throw new Error('the channel closed')
    return taken === BATCH
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopped; ) {
      const more = publish && started ? await sendAll(publish).catch(failed) : false
      failures = more === FAILED ? failures + 1 : 0
      if (more === FAILED) await delay(backoff(failures - 1, RETRY_MS))
      else if (!more && !stopped)
        await sleep(publish && started && !trying ? Math.min(POLL_MS, pauses.wait()) : POLL_MS)
    }
    await trying
  }

  function failed(error: Error): typeof FAILED {
    if (!stopped) log.warn({ reason: error.message }, 'the relay will try again')
    return FAILED
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  startWhen.then(() => {
    started = true
    rouse()
  })
  const running = run()
  return {
    send(facts) {
      if (publish) dispatch.send(publish, facts)
    },
    attach(connection, channel, exchange) {
      const own = createPublisher(channel, exchange)
      const stop = () => {
        if (publish === own) publish = undefined
      }
      const go = () => {
        publish = own
        pauses.tryAll()
        rouse()
      }
      channel.once('close', () => {
        stop()
        // The connection may live on, with another channel.
        connection.off('blocked', stop)
        connection.off('unblocked', go)
      })
      // A broker that is short of disk or memory takes nothing: whatever was sent meanwhile would arrive twice.
      connection.on('blocked', stop)
      connection.on('unblocked', go)
      go()
    },
    isOpen: () => publish !== undefined,
    underWay: () => dispatch.count(),
    async stop() {
      stopped = true
      rouse()
      await Promise.all([running, dispatch.stop()])
    },
  }
}
