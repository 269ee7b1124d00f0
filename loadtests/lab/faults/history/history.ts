import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Operation } from '../load/schedule.ts'

/** An order as an answer shows it. */
export type SeenOrder = { id: string; status: string }

/** What became of one attempt at an operation. Moments are milliseconds since the load began. */
export type Attempt = {
  attempt: number
  sentAt: number
  /** Undefined while it is under way. */
  endedAt?: number
  outcome?: Outcome
}

/**
 * `answered`: with any status. `failed`: the request did not reach the shop, as the connection was refused. `unknown`: it may
 * have reached the shop, and no answer came.
 */
export type Outcome =
  | {
      kind: 'answered'
      status: number
      problem?: string
      orders?: SeenOrder[]
      /** The least that a product had. */
      available?: number
      retryAfterMs?: number
    }
  | { kind: 'failed'; reason: string }
  | { kind: 'unknown'; reason: string }

/** An operation with all that became of it. */
export type Entry = {
  operation: Operation
  /** The order that a cancel or a look at an order was for. */
  orderId?: string
  attempts: Attempt[]
  /** Nothing was sent: the order that it was for never became known. */
  skipped?: boolean
}

/** What clients did and saw, kept here for the verdict and written down line by line as it happens. */
export type History = {
  entries: Entry[]
  /** Milliseconds since the load began; negative before. */
  now(): number
  /** From now on moments count from now. */
  begin(): void
  /** A new operation. */
  add(operation: Operation): Entry
  skipped(entry: Entry): void
  /** Notes that a request leaves. @param to base URL of the process that it goes to */
  sent(entry: Entry, to: string): Attempt
  ended(entry: Entry, attempt: Attempt, outcome: Outcome): void
  /** What was done to the stack, or seen of it. */
  event(what: string): void
  events: { atMs: number; what: string }[]
  close(): Promise<void>
}

/** Opens a history. @param file an absolute path, appended to */
export function openHistory(file: string, about: Record<string, unknown>): History {
  const stream = createWriteStream(file, { flags: 'a' })
  const write = (line: object) => void stream.write(`${JSON.stringify(line)}\n`)
  let began = performance.now()
  const now = () => Math.round((performance.now() - began) * 10) / 10
  const entries: Entry[] = []
  const events: History['events'] = []
  write({ ...about })
  return {
    entries,
    events,
    now,
    begin() {
      began = performance.now()
    },
    add(operation) {
      const entry: Entry = { operation, attempts: [] }
      entries.push(entry)
      return entry
    },
    skipped(entry) {
      entry.skipped = true
      write({ at: now(), op: entry.operation.op, skipped: 'its order never became known' })
    },
    sent(entry, to) {
      const attempt: Attempt = { attempt: entry.attempts.length + 1, sentAt: now() }
      entry.attempts.push(attempt)
      const { op, atMs: _, ...request } = entry.operation
      write({ at: attempt.sentAt, op, sent: attempt.attempt, to, ...request, orderId: entry.orderId })
      return attempt
    },
    ended(entry, attempt, outcome) {
      attempt.endedAt = now()
      attempt.outcome = outcome
      const { kind, ...details } = outcome
      write({ at: attempt.endedAt, op: entry.operation.op, [kind]: attempt.attempt, ...details })
    },
    event(what) {
      const event = { atMs: Math.round(now()), what }
      events.push(event)
      write({ at: event.atMs, event: what })
    },
    async close() {
      stream.end()
      await finished(stream)
    },
  }
}
