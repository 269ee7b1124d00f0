import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import { messageBindings, type OutgoingMessage } from './message.ts'
import { deleteSent } from './outbox.ts'
import { CONFIRM_LIMIT_MS, type Publish, publishAll } from './publish.ts'

/**
 * Groups of facts that may wait for their confirms at once. What is committed meanwhile gathers and leaves as the next group, and
 * is meant to arrive as one: with few orders hardly any fact waits for another, with many the broker has less to do for each.
 */
const GROUPS = 2
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
  let gathered: OutgoingMessage[] = []
  const groups = new Map<readonly OutgoingMessage[], Promise<void>>()
  let sent: string[] = []

  function leave(publish: Publish): void {
    if (gathered.length === 0 || groups.size === GROUPS) return
    const group = gathered
    gathered = []
    groups.set(group, sendGroup(publish, group))
  }

  async function sendGroup(publish: Publish, group: readonly OutgoingMessage[]): Promise<void> {
    const unsent = new Set(await publishAll(publish, group).catch(() => group))
    for (const message of group) {
      if (!unsent.has(message)) sent.push(message.id)
      log.debug(messageBindings(message), unsent.has(message) ? 'left to the relay' : 'published')
    }
    groups.delete(group)
    leave(publish)
  }

  async function allAnswered(): Promise<void> {
    while (groups.size > 0) await Promise.all(groups.values())
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
      gathered.push(...messages)
      leave(publish)
    },
    underWay: () => [...sent, ...[gathered, ...groups.keys()].flat().map(({ id }) => id)],
    async stop() {
      clearInterval(timer)
      await Promise.race([allAnswered(), delay(CONFIRM_LIMIT_MS, undefined, { ref: false })])
      await forgetSent()
    },
  }
}
