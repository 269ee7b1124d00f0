import { decide, type Order, release, type Shop, tell } from './shop.ts'

/** When a stack settles an order and gives stock back: in the call itself, or at some time after it was made. */
export type Settling = 'at once' | 'soon'

type Step = (shop: Shop, order: Order) => Shop

/** What can become of an order next without anybody's call. */
export function stepsOf({ status, stock }: Order): Step[] {
  if (status === 'cancelled') {
    // The news of the cancel may overtake that of the order.
    return stock === 'released' ? [] : stock === 'asked' ? [decide, release] : [release]
  }
  if (stock === 'asked') return [decide]
  return status === 'pending' ? [tell] : []
}

/** Settles every order and gives back what cancelled ones hold, in the order in which they were made. */
export function settleAll(shop: Shop): Shop {
  for (const order of shop.orders) {
    const step = stepsOf(order)[0]
    if (step) return settleAll(step(shop, order))
  }
  return shop
}
