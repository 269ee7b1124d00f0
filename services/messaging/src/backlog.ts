import { ProblemError } from '@shop/shared/contract/problems.ts'

/** How often to count, in milliseconds, and how often from half of the limit on: callers may come fast. */
const LOOK_MS = 500
const LOOK_CLOSELY_MS = 50

interface BacklogLog {
  warn(details: object, message: string): void
}

export interface BacklogOptions {
  /** Counts what is promised and not done yet; no further than what it is given. */
  count(most: number): Promise<number>
  /** Whether the broker is there: without it nothing settles, late or not. */
  isOpen(): boolean
  /** The most that may wait, and the most while the broker is away. */
  limits: { most: number; alone: number }
  log: BacklogLog
}

/** What was promised to callers and is settled elsewhere, which must not be promised faster than it is done. */
export interface Backlog {
  /** @throws ProblemError `unavailable` when there is too much */
  check(): void
  stop(): void
}

/** Counts beside the callers, so that asking costs nothing, and only while somebody asks or something waits. */
export function watchBacklog({ count, isOpen, limits, log }: BacklogOptions): Backlog {
  let waiting = 0
  let asked = true
  let wasFull = false
  let isCounted = true
  let stopped = false
  let timer: NodeJS.Timeout

  const most = () => (isOpen() ? limits.most : limits.alone)
  const isFull = () => waiting >= most()

  async function look(): Promise<void> {
    asked = false
    waiting = await count(Math.max(limits.most, limits.alone))
    isCounted = true
    if (isFull() && !wasFull) log.warn({ orders: waiting }, 'no order is taken: the backlog is full')
    wasFull = isFull()
  }

  /** While the database is away, the last count stands. */
  function failed({ message }: Error): void {
    if (isCounted) log.warn({ reason: message }, 'the backlog cannot be counted just now')
    isCounted = false
  }

  async function tick(): Promise<void> {
    if (asked || waiting > 0) await look().catch(failed)
    if (!stopped) begin(waiting * 2 < most() ? LOOK_MS : LOOK_CLOSELY_MS)
  }
  const begin = (ms: number) => {
    timer = setTimeout(tick, ms)
    timer.unref()
  }

  begin(LOOK_MS)
  return {
    check() {
      asked = true
      if (isFull()) throw new ProblemError('unavailable')
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
