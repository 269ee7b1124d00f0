import { setTimeout as delay } from 'node:timers/promises'
import { randomNumbers, seedOf } from '../../random.ts'
import type { Attempt, Entry, SeenOrder } from '../history/history.ts'
import { attemptOperation, type Caller } from './call-operation.ts'
import type { LoadOptions, Operation } from './schedule.ts'

const BACKOFF_MS = { first: 100, most: 1_500 }
/** The same request, sent again, may be answered otherwise. */
const TRY_AGAIN = new Set([429, 500, 502, 503, 504])

/**
 * Starts every operation at its moment, whether or not earlier ones were answered. Each is tried again under its key, with
 * backoff and full jitter, until it has a definite answer or its time is over. Resolves when all have.
 * @param seed of the jitter
 * @param enough ends the arrivals before the schedule does
 */
export async function drive(
  schedule: Operation[],
  caller: Caller,
  { deadlineMs }: LoadOptions,
  seed: number,
  enough?: AbortSignal,
): Promise<void> {
  const { history } = caller
  /** The orders that became known, by the operation that placed them; undefined for one that never will. */
  const known = new Map<number, PromiseWithResolvers<SeenOrder | undefined>>()
  for (const { op, endpoint } of schedule) {
    if (endpoint === 'placeOrder') known.set(op, Promise.withResolvers())
  }
  const perform = async (operation: Operation) => {
    const entry = history.add(operation)
    const deadline = operation.atMs + deadlineMs
    if (operation.of !== undefined) {
      entry.orderId = (await known.get(operation.of)!.promise)?.id
      if (!entry.orderId) return history.skipped(entry)
    }
    const random = randomNumbers(seedOf(seed, `jitter-${operation.op}`))
    await untilAnswered(entry, caller, deadline, random)
    known.get(operation.op)?.resolve(orderOf(entry))
  }
  const under: Promise<void>[] = []
  for (const operation of schedule) {
    const early = operation.atMs - history.now()
    if (early > 0) await delay(early, undefined, { signal: enough }).catch(() => {})
    if (enough?.aborted) break
    under.push(perform(operation))
  }
  await Promise.all(under)
}

async function untilAnswered(entry: Entry, caller: Caller, deadline: number, random: () => number) {
  for (let most = BACKOFF_MS.first; ; most = Math.min(most * 2, BACKOFF_MS.most)) {
    const attempt = await attemptOperation(entry, caller)
    if (isDefinite(attempt)) return
    const { outcome } = attempt
    const asked = outcome?.kind === 'answered' ? (outcome.retryAfterMs ?? 0) : 0
    const wait = asked + random() * most
    if (caller.history.now() + wait > deadline) return
    await delay(wait)
  }
}

/** Whether trying again would tell nothing new. */
export function isDefinite({ outcome }: Attempt): boolean {
  if (outcome?.kind !== 'answered') return false
  return !TRY_AGAIN.has(outcome.status)
}

/** The order that an operation placed, as far as answers tell. */
export function orderOf({ attempts }: Entry): SeenOrder | undefined {
  for (const { outcome } of attempts.toReversed()) {
    if (outcome?.kind === 'answered' && outcome.orders?.[0]) return outcome.orders[0]
  }
  return undefined
}
