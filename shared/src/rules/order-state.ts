import type { OrderStatus } from '../contract/schemas.ts'

export type OrderEvent = 'confirm' | 'reject' | 'cancel'

/** The order's state machine: `pending → confirmed | rejected`, `pending | confirmed → cancelled`. */
const transitions: Record<OrderEvent, { from: readonly OrderStatus[]; to: OrderStatus }> = {
  confirm: { from: ['pending'], to: 'confirmed' },
  reject: { from: ['pending'], to: 'rejected' },
  cancel: { from: ['pending', 'confirmed'], to: 'cancelled' },
}

/** The states in which this event may happen. SQL takes it as a parameter, so that the rule stands only here. */
export const statesThatAllow = (event: OrderEvent): readonly OrderStatus[] => transitions[event].from

/** The state after the event, or undefined where the event may not happen. */
export function nextStatus(status: OrderStatus, event: OrderEvent): OrderStatus | undefined {
  const { from, to } = transitions[event]
  return from.includes(status) ? to : undefined
}
