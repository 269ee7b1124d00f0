import Type, { type Static } from 'typebox'

/** The most that one order line may ask for, in pieces. */
export const MAX_QUANTITY = 1_000
/** The most lines in one order. */
export const MAX_LINES = 20

const object = <P extends Parameters<typeof Type.Object>[0]>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })

/** A date and time as ISO 8601 text in UTC, or null while it has not happened. */
const Moment = Type.String({ format: 'date-time' })
const MomentOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' })

export const Sku = Type.String({
  pattern: '^[A-Z0-9][A-Z0-9-]{0,31}$',
  description: 'Stock keeping unit: capitals, digits and hyphens.',
  examples: ['MUG-001'],
})
export const OrderId = Type.String({ format: 'uuid', description: 'UUID version 7.' })
const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000, description: 'Integer cents.' })
const Quantity = Type.Integer({ minimum: 1, maximum: MAX_QUANTITY })
// PostgreSQL's text cannot hold U+0000, a log line should stay one line, and half a surrogate pair would not come back.
const Name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$',
})

export const Product = object({
  sku: Sku,
  name: Name,
  priceCents: Cents,
  available: Type.Integer({ description: 'Pieces that can be ordered now.' }),
})
export const ProductPage = object({
  items: Type.Array(Product),
  next: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Pass it as `after` for the next page.',
  }),
})
export const ProductDraft = object({ name: Name, priceCents: Cents })
export const Restock = object({ quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }) })
export const Stock = object({ sku: Sku, available: Type.Integer() })

export const OrderStatus = Type.Enum(['pending', 'confirmed', 'rejected', 'cancelled'])
export const LineRequest = object({ sku: Sku, quantity: Quantity })
export const OrderRequest = object({ lines: Type.Array(LineRequest, { minItems: 1, maxItems: MAX_LINES }) })
export const OrderLine = object({
  sku: Sku,
  name: Type.String(),
  quantity: Quantity,
  unitPriceCents: Cents,
})
export const Order = object({
  id: OrderId,
  status: OrderStatus,
  lines: Type.Array(OrderLine),
  totalCents: Type.Integer({ minimum: 0 }),
  createdAt: Moment,
  settledAt: MomentOrNull,
  cancelledAt: MomentOrNull,
})
export const OrderPage = object({
  items: Type.Array(Order),
  next: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Pass it as `after` for the next page.',
  }),
})

/** An RFC 9457 problem. `order` is there when the problem is about an order that was kept. */
export const Problem = Type.Object({
  type: Type.String({ format: 'uri' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  order: Type.Optional(Order),
})

export const IdempotencyKey = Type.String({
  pattern: '^[\\x21-\\x7e]{1,255}$',
  description:
    'Chosen by the caller, 1 to 255 visible ASCII characters; repeated when the call is. A repeated call has no second effect and is answered with what the first one made, as it stands by then: 409 for an order that was rejected.',
})

export type Product = Static<typeof Product>
export type ProductPage = Static<typeof ProductPage>
export type ProductDraft = Static<typeof ProductDraft>
export type Stock = Static<typeof Stock>
export type OrderStatus = Static<typeof OrderStatus>
export type LineRequest = Static<typeof LineRequest>
export type OrderLine = Static<typeof OrderLine>
export type Order = Static<typeof Order>
export type OrderPage = Static<typeof OrderPage>
export type Problem = Static<typeof Problem>
