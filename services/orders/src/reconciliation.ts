import type { Queues } from '@shop/messaging/queues.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import { traceFrom } from '@shop/shared/runtime/trace.ts'
import { v7 as uuidv7 } from 'uuid'
import { ordersSaidAgain } from './metrics.ts'
import { isAnyOverdue, sayAgain } from './reconciliation-repository.ts'

/** The most orders in one statement. */
const BATCH = 200

interface ReconciliationOptions {
  pool: Pool
  relay: Relay
  /** The queues that an order's facts go through, there and back. */
  queues: Queues
  /** How long inventory may take before it is asked again, in milliseconds. */
  afterMs: number
  log: { warn(details: object, message: string): void }
}

/**
 * Sees to it that no order waits for ever, whatever became of its messages: what inventory has not answered for long is said
 * again, as a new message. Inventory takes an order's stock once, and answers each time. Not while the broker is away or still
 * has something for one of the two: then nothing is lost, and more of it would not help.
 * @returns what ends it
 */
export function startReconciliation(options: ReconciliationOptions): () => Promise<void> {
  const { relay, queues, afterMs, log } = options
  let timer: NodeJS.Timeout
  let stopped = false
  let running: Promise<void> = Promise.resolve()

  async function reconcile(): Promise<void> {
    if (!relay.isOpen() || !(await isAnyOverdue(options.pool, afterMs / 1000))) return
    if ((await queues.count()) > 0) return
    let said = BATCH
    while (said === BATCH && !stopped && relay.isOpen()) said = await sayOverdue(options)
  }

  const start = () => {
    running = reconcile()
      .catch(({ message }: Error) => log.warn({ reason: message }, 'orders that wait are looked at later'))
      .finally(() => {
        if (!stopped) begin()
      })
  }
  const begin = () => {
    timer = setTimeout(start, afterMs / 4)
    timer.unref()
  }

  begin()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}

/** @returns how many */
async function sayOverdue({ pool, relay, afterMs, log }: ReconciliationOptions): Promise<number> {
  const ids = Array.from({ length: BATCH }, () => uuidv7())
  const facts = await sayAgain(pool, afterMs / 1000, ids, traceFrom({}))
  if (facts.length === 0) return 0
  ordersSaidAgain.inc(facts.length)
  log.warn({ orders: facts.length }, 'orders that have not settled for long are said again')
  relay.send(facts)
  return facts.length
}
