import type { Orders } from './result.ts'
import { SETTLES_WITHIN_MS } from './rules.ts'

/** An order in the database: the number of the iteration that placed it, and what it took to settle; null when it has not. */
export type PlacedOrder = { number: number; settledAfterMs: number | null }

/**
 * Tells good orders from those that came too late for somebody.
 * @param lost numbers of the iterations that got no answer
 */
export function sortOrders(placed: PlacedOrder[], lost: ReadonlySet<number>): Orders {
  const orders: Orders = { good: 0, late: 0, unsettled: 0, abandoned: 0 }
  for (const order of placed) orders[lost.has(order.number) ? 'abandoned' : fateOf(order)]++
  return orders
}

function fateOf({ settledAfterMs }: PlacedOrder): keyof Orders {
  if (settledAfterMs === null) return 'unsettled'
  return settledAfterMs <= SETTLES_WITHIN_MS ? 'good' : 'late'
}

/** Of those who were not accepted, how many heard so at once, from 0 to 1; null when all were accepted. */
export function quickShare({
  offered,
  accepted,
  refusedQuickly,
}: {
  offered: number
  accepted: number
  refusedQuickly: number
}): number | null {
  return offered === accepted ? null : refusedQuickly / (offered - accepted)
}
