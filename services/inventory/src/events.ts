import { type EventOf, eventParser } from '@shop/messaging/events.ts'
import { LineRequest } from '@shop/shared/contract/schemas.ts'
import Type from 'typebox'

const version = Type.Literal(1)
const orderId = Type.String({ format: 'uuid' })
const lines = Type.Array(LineRequest, { minItems: 1 })

/** The facts that inventory publishes. */
export const published = {
  'stock.reserved': Type.Object({ version, orderId }),
  'stock.rejected': Type.Object({ version, orderId }),
  'stock.released': Type.Object({ version, orderId }),
}
export type StockFact = EventOf<typeof published>

/** The facts of orders that inventory wants, as narrow as it needs them. */
export const consumed = {
  'order.placed': Type.Object({ version, orderId, lines }),
  'order.cancelled': Type.Object({ version, orderId, lines }),
}
export type OrderFact = EventOf<typeof consumed>

export const parseOrderFact = eventParser(consumed)
