import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import { messageBindings, type OutgoingMessage } from './message.ts'
import { deleteSent } from './outbox.ts'
import { CONFIRM_LIMIT_MS, type Publish } from './publish.ts'

/** How long facts that the broker has keep their rows, so that many go by one statement. A crash meanwhile sends them twice. */
const LINGER_MS = 100

interface DispatchLog {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
}

/** Sends facts as soon as they are committed, from memory. Their rows in the outbox are for when that fails. */
export interface Dispatch {
  /** Publishes facts that are committed. What the broker does not keep stays in the outbox. */
  send(publish: Publish, messages: readonly OutgoingMessage[]): void
  /** The ids of facts that nobody else is to send now, though they are in the outbox. */
  underWay(): string[]
  /** Waits for what is under way, and deletes what was sent. */
  stop(): Promise<void>
}

export function startDispatch(pool: Pool, log: DispatchLog): Dispatch {
  const leaving = new Map<string, { since: number; answered: Promise<void> }>()
  let sent: string[] = []

  async function sendOne(publish: Publish, message: OutgoingMessage): Promise<void> {
    try {
      await publish(message)
      sent.push(message.id)
      log.debug(messageBindings(message), 'published')
    } catch (error) {
      log.debug({ ...messageBindings(message), reason: (error as Error).message }, 'left to the relay')
    } finally {
      leaving.delete(message.id)
    }
  }

  async function forgetSent(): Promise<void> {
    if (sent.length === 0) return
    const ids = sent
    sent = []
    await deleteSent(pool, ids).catch(({ message }: Error) =>
      log.warn(
        { reason: message, facts: ids.length },
        'sent facts stay in the outbox, and will be sent again',
      ),
    )
  }

  // Begun here, and not by what is sent: its statements belong to no request.
  const timer = setInterval(forgetSent, LINGER_MS)
  return {
    send(publish, messages) {
      const since = Date.now()
      for (const message of messages) leaving.set(message.id, { since, answered: sendOne(publish, message) })
    },
    underWay() {
      const tooLate = Date.now() - CONFIRM_LIMIT_MS
      return [...sent, ...[...leaving].filter(([, { since }]) => since > tooLate).map(([id]) => id)]
    },
    async stop() {
      clearInterval(timer)
      const answers = [...leaving.values()].map(({ answered }) => answered)
      await Promise.race([Promise.all(answers), delay(CONFIRM_LIMIT_MS, undefined, { ref: false })])
      await forgetSent()
    },
  }
}
