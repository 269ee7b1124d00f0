import { ProblemError } from '@shop/shared/contract/problems.ts'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import type { ChannelModel } from 'amqplib'
import { createCounter } from './counter.ts'

/**
 * Facts on their way, at most. What is settled elsewhere must not be promised faster than it is done: at 400 orders a
 * second, the last of 400 settles a second late.
 */
const MOST = 400
/** While the broker is away nothing settles, late or not: so many orders are still taken. */
const MOST_ALONE = 2_000
const LOOK_MS = 500

interface BacklogLog {
  warn(details: object, message: string): void
}

/** How many facts are on their way, in the outbox and in queues. */
export interface Backlog {
  /** Count the messages of these queues, on this connection, until it closes. */
  attach(connection: ChannelModel, queues: readonly string[]): void
  /** @throws ProblemError `unavailable` when there are too many */
  check(): void
  stop(): void
}

/** Looks twice a second, so that asking costs nothing. */
export function watchBacklog(pool: Pool, log: BacklogLog): Backlog {
  let counters: (() => Promise<number>)[] = []
  let onTheirWay = 0
  let most = MOST_ALONE
  let looking = false
  let isCounted = true

  async function look(): Promise<void> {
    const text = `select count(*)::int as unsent from (select from outbox limit ${MOST_ALONE + 1}) as waiting`
    const [{ rows }, queued] = await Promise.all([
      pool.query<{ unsent: number }>({ name: 'count-unsent', text }),
      countQueued(),
    ])
    const wasFull = onTheirWay > most
    onTheirWay = rows[0]!.unsent + queued
    most = counters.length > 0 ? MOST : MOST_ALONE
    if (onTheirWay > most && !wasFull)
      log.warn({ facts: onTheirWay }, 'no order is taken: the backlog is full')
  }

  async function countQueued(): Promise<number> {
    const counts = await Promise.all(counters.map((count) => count()))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** While the database or the broker is away, the last count stands. */
  function failed({ message }: Error): void {
    if (isCounted) log.warn({ reason: message }, 'the backlog cannot be counted just now')
    isCounted = false
  }

  const timer = setInterval(() => {
    if (looking) return
    looking = true
    look()
      .then(() => {
        isCounted = true
      }, failed)
      .finally(() => {
        looking = false
      })
  }, LOOK_MS)
  timer.unref()

  return {
    attach(connection, queues) {
      const attached = queues.map((queue) => createCounter(connection, queue))
      counters = attached
      connection.once('close', () => {
        if (counters === attached) counters = []
      })
    },
    check() {
      if (onTheirWay > most) throw new ProblemError('unavailable')
    },
    stop: () => clearInterval(timer),
  }
}
