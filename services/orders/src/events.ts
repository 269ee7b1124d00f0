import { type EventOf, eventParser } from '@shop/messaging/events.ts'
import { LineRequest } from '@shop/shared/contract/schemas.ts'
import Type, { type Static } from 'typebox'

const version = Type.Literal(1)
const orderId = Type.String({ format: 'uuid' })
const lines = Type.Array(LineRequest)

/** The facts that orders publishes. */
export const published = {
  'order.placed': Type.Object({ version, orderId, lines }),
  'order.cancelled': Type.Object({ version, orderId, lines }),
}
export type OrderFact = EventOf<typeof published>

/** The facts of inventory that orders wants, as narrow as it needs them. */
export const consumed = {
  'stock.reserved': Type.Object({ version, orderId }),
  'stock.rejected': Type.Object({ version, orderId }),
  'stock.released': Type.Object({ version, orderId }),
}
export type StockFact = EventOf<typeof consumed>

export const parseStockFact = eventParser(consumed)

const moment = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' })

/** An order's settlement, as replicas of orders tell each other of it. */
export const Settlement = Type.Object({
  orderId,
  status: Type.Enum(['confirmed', 'rejected', 'cancelled']),
  settledAt: moment,
  cancelledAt: moment,
})
export type Settlement = Static<typeof Settlement>
