import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '@shop/shared/runtime/backoff.ts'
import { type Pool, transaction } from '@shop/shared/runtime/postgres.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { messageBindings } from './message.ts'
import { putBack, takeUnsent } from './outbox.ts'
import { publishConfirmed } from './publish.ts'
import { traceTaking } from './tracing.ts'

/** The most messages in one transaction and one wait for confirms. */
const BATCH = 200
/** How often to look without being woken, for rows that a stopped replica left. */
const POLL_MS = 1_000
const RETRY_MS = { first: 250, most: 2_000 }
const FAILED = -1
/** Losing this commit in a crash sends messages twice, which inboxes absorb: it need not wait for the disk. */
const RELAXED = 'begin; set local synchronous_commit = off'

interface RelayLog {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
}

/** Moves facts from the outbox to the broker. */
export interface Relay {
  /** Say that the outbox has a new row, so that it leaves at once. */
  wake(): void
  /** Publish on this channel of this connection from now on, to this exchange. */
  attach(connection: ChannelModel, channel: ConfirmChannel, exchange: string): void
  stop(): Promise<void>
}

/**
 * Starts the relay: unsent rows are locked, published, confirmed and deleted in one transaction, many at a time under
 * load. A crash anywhere sends them again, never loses them; several relays share the work, each skips locked rows.
 */
export function startRelay(pool: Pool, log: RelayLog): Relay {
  const take = tracing ? traceTaking(takeUnsent, tracing) : takeUnsent
  let target: { channel: ConfirmChannel; exchange: string } | undefined
  let stopped = false
  let woken = false
  let rouse = () => {}

  /** @returns how many messages were sent, or FAILED when some could not be */
  async function sendBatch(): Promise<number> {
    const { channel, exchange } = target!
    const taken = await transaction(
      pool,
      async (tx) => {
        const messages = await take(tx, BATCH)
        if (messages.length === 0) return undefined
        const unsent = await publishConfirmed(channel, exchange, messages)
        for (const message of messages) log.debug(messageBindings(message), 'published')
        if (unsent.length === 0) return messages.length
        log.warn(
          { messages: unsent.map(({ id, topic }) => `${topic} ${id}`) },
          'the broker does not keep these yet',
        )
        await putBack(tx, unsent)
        return FAILED
      },
      RELAXED,
    )
    return taken ?? 0
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopped; ) {
      woken = false
      const taken = target ? await sendBatch().catch(failed) : 0
      failures = taken === FAILED ? failures + 1 : 0
      if (failures > 0) await delay(backoff(failures - 1, RETRY_MS))
      else if (taken < BATCH && !woken && !stopped) await sleep()
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
    wake() {
      woken = true
      rouse()
    },
    attach(connection, channel, exchange) {
      const pause = () => {
        if (target?.channel === channel) target = undefined
      }
      const go = () => {
        target = { channel, exchange }
        this.wake()
      }
      channel.once('close', pause)
      // A broker that is short of disk or memory takes nothing: whatever was sent meanwhile would arrive twice.
      connection.on('blocked', pause)
      connection.on('unblocked', go)
      go()
    },
    async stop() {
      stopped = true
      rouse()
      await running
      if (target) await sendBatch().catch(failed)
    },
  }
}
