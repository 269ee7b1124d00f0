import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '@shop/shared/runtime/backoff.ts'
import { type Pool, transaction } from '@shop/shared/runtime/postgres.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { startDispatch } from './dispatch.ts'
import { messageBindings, type OutgoingMessage } from './message.ts'
import { putBack, takeUnsent } from './outbox.ts'
import { createPublisher, type Publish, publishAll } from './publish.ts'
import { traceTaking } from './tracing.ts'

/** The most messages in one transaction and one wait for confirms. */
const BATCH = 200
/** How often to look for what was left, and how old it must be: younger facts are mostly on their way. */
const POLL_MS = 1_000
const LEFT_MS = 1_000
const RETRY_MS = { first: 250, most: 2_000 }
const FAILED = -1

interface RelayLog {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
}

/** Brings facts from the outbox to the broker. */
export interface Relay {
  /** Facts that have just been committed to the outbox leave at once. */
  send(facts: readonly OutgoingMessage[]): void
  /** Publish on this channel of this connection from now on, to this exchange. */
  attach(connection: ChannelModel, channel: ConfirmChannel, exchange: string): void
  stop(): Promise<void>
}

/**
 * Starts the relay. Facts leave from memory when they are committed. What then stays in the outbox, because a process or the
 * broker was away, is found by looking: rows are locked, published, confirmed and deleted in one transaction, many at a time.
 * A crash anywhere sends facts again, never loses them; several relays share the work, each skips locked rows.
 */
export function startRelay(pool: Pool, log: RelayLog): Relay {
  const take = tracing ? traceTaking(takeUnsent, tracing) : takeUnsent
  const dispatch = startDispatch(pool, log)
  let publish: Publish | undefined
  let stopped = false
  let rouse = () => {}

  /** @returns how many messages were sent, or FAILED when some could not be */
  async function sendLeft(publish: Publish): Promise<number> {
    const share = { limit: BATCH, before: Date.now() - LEFT_MS, except: dispatch.underWay() }
    const taken = await transaction(pool, async (tx) => {
      const messages = await take(tx, share)
      if (messages.length === 0) return undefined
      const unsent = await publishAll(publish, messages)
      for (const message of messages) log.debug(messageBindings(message), 'published')
      if (unsent.length === 0) return messages.length
      log.warn(
        { messages: unsent.map(({ id, topic }) => `${topic} ${id}`) },
        'the broker does not keep these yet',
      )
      await putBack(tx, unsent)
      return FAILED
    })
    return taken ?? 0
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopped; ) {
      const taken = publish ? await sendLeft(publish).catch(failed) : 0
      failures = taken === FAILED ? failures + 1 : 0
      if (failures > 0) await delay(backoff(failures - 1, RETRY_MS))
      else if (taken < BATCH && !stopped) await sleep()
    }
  }

  function failed(error: Error): number {
    if (!stopped) log.warn({ reason: error.message }, 'the relay will try again')
    return FAILED
  }

  function sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const running = run()
  return {
    send(facts) {
      if (publish) dispatch.send(publish, facts)
    },
    attach(connection, channel, exchange) {
      const own = createPublisher(channel, exchange)
      const pause = () => {
        if (publish === own) publish = undefined
      }
      const go = () => {
        publish = own
        rouse()
      }
      channel.once('close', () => {
        pause()
        // The connection may live on, with another channel.
        connection.off('blocked', pause)
        connection.off('unblocked', go)
      })
      // A broker that is short of disk or memory takes nothing: whatever was sent meanwhile would arrive twice.
      connection.on('blocked', pause)
      connection.on('unblocked', go)
      go()
    },
    async stop() {
      stopped = true
      rouse()
      await running
      await dispatch.stop()
    },
  }
}
