import type { LineRequest } from '@shop/shared/contract/schemas.ts'
import type { OrderFact, StockFact } from './events.ts'

export type ReservationStatus = 'reserved' | 'rejected' | 'released'

/** What a batch of facts does to the stock. */
export interface Allocation {
  /** Pieces to add to each product's stock; negative when taken. */
  deltas: Map<string, number>
  /** What becomes of each order's reservation. */
  reservations: Map<string, ReservationStatus>
  /** What the new reservations hold. */
  held: { orderId: string; lines: LineRequest[] }[]
  /** What to tell, in the order of the facts: `cause` is the place of the fact that it answers. */
  news: { cause: number; topic: StockFact['topic']; orderId: string }[]
}

/**
 * Decides a batch of facts one after another, as if each had come alone. A fact of an order that is known already moves no
 * stock, and is answered all the same: whoever says it again has not heard. Pure: rows are locked and written elsewhere.
 * @param stock pieces available by SKU; a SKU that is not in it does not exist
 * @param known reservations that these orders already have
 */
export function allocate(
  facts: readonly OrderFact[],
  stock: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, ReservationStatus>,
): Allocation {
  const result: Allocation = { deltas: new Map(), reservations: new Map(), held: [], news: [] }
  const { deltas, reservations, held, news } = result
  const statusOf = (orderId: string) => reservations.get(orderId) ?? known.get(orderId)
  const move = ({ sku, quantity }: LineRequest, sign: 1 | -1) =>
    deltas.set(sku, (deltas.get(sku) ?? 0) + sign * quantity)
  const suffices = ({ sku, quantity }: LineRequest) =>
    (stock.get(sku) ?? 0) + (deltas.get(sku) ?? 0) >= quantity

  function place(cause: number, orderId: string, lines: LineRequest[]): void {
    const known = statusOf(orderId)
    const status = known ?? (lines.every(suffices) ? 'reserved' : 'rejected')
    news.push({ cause, topic: `stock.${status}`, orderId })
    // Said again, maybe because the answer was lost; or a cancel overtook this one.
    if (known) return
    reservations.set(orderId, status)
    if (status === 'rejected') return
    for (const line of lines) move(line, -1)
    held.push({ orderId, lines })
  }

  function cancel(cause: number, orderId: string, lines: LineRequest[]): void {
    const status = statusOf(orderId)
    news.push({ cause, topic: 'stock.released', orderId })
    if (status === 'released') return
    if (status === 'reserved') for (const line of lines) move(line, 1)
    reservations.set(orderId, 'released')
  }

  for (const [cause, { topic, payload }] of facts.entries()) {
    const act = topic === 'order.placed' ? place : cancel
    act(cause, payload.orderId, payload.lines)
  }
  return result
}
