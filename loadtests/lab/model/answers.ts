import type { Answer, Call, Caller, OrderView } from './call.ts'
import {
  cancel,
  type LineRequest,
  type Order,
  orderById,
  orderByKey,
  type Shop,
  withOrder,
  withProduct,
  withRestock,
} from './shop.ts'

/** What a call does to the shop at one instant: it answers, or it waits for an order to settle. */
export type Effect = { shop: Shop } & ({ answer: Answer } | { order: string })

type CallOf<Kind extends Call['do']> = Extract<Call, { do: Kind }>

/**
 * The effect of a call.
 * @param newId the id of the order that the call makes, if it makes one
 */
export function effectOf(shop: Shop, call: Call, newId: string): Effect {
  switch (call.do) {
    case 'put':
      return put(shop, call)
    case 'restock':
      return restock(shop, call)
    case 'place':
      return place(shop, call, newId)
    case 'cancel':
      return cancelOrder(shop, call)
    case 'readOrder': {
      const order = visibleOrder(shop, call)
      return { shop, answer: order ? { status: 200, body: orderView(order) } : notFound }
    }
    case 'listOrders':
      return { shop, answer: { status: 200, body: orderPage(shop, call) } }
    case 'readProduct':
      return { shop, answer: readProduct(shop, call.sku) }
    case 'listProducts':
      return { shop, answer: { status: 200, body: productPage(shop, call) } }
  }
}

/** What a call that made or found an order answers with. */
export function answerWith(order: Order): Answer {
  const body = orderView(order)
  if (order.status === 'pending') return { status: 202, body }
  if (order.status === 'rejected') return { status: 409, problem: 'out-of-stock', body }
  return { status: 201, body }
}

const notFound: Answer = { status: 404, problem: 'not-found' }
const reused: Answer = { status: 422, problem: 'idempotency-key-reused' }

function put(shop: Shop, { sku, name, priceCents }: CallOf<'put'>): Effect {
  const after = withProduct(shop, sku, { name, priceCents })
  return { shop: after, answer: { status: shop.products[sku] ? 200 : 201, body: productView(after, sku) } }
}

function restock(shop: Shop, { caller, key, sku, quantity }: CallOf<'restock'>): Effect {
  const subject = caller.sub
  const earlier = shop.restocks.find((it) => it.subject === subject && it.key === key)
  if (earlier && (earlier.sku !== sku || earlier.quantity !== quantity)) return { shop, answer: reused }
  if (!shop.products[sku]) return { shop, answer: notFound }
  const after = earlier ? shop : withRestock(shop, { subject, key, sku, quantity })
  return { shop: after, answer: { status: 200, body: { sku, available: after.products[sku]!.available } } }
}

function place(shop: Shop, { caller, key, lines }: CallOf<'place'>, id: string): Effect {
  const skus = lines.map(({ sku }) => sku)
  if (new Set(skus).size < skus.length) {
    return { shop, answer: { status: 400, problem: 'invalid-request' } }
  }
  const earlier = orderByKey(shop, caller.sub, key)
  if (earlier) return isSame(earlier.lines, lines) ? { shop, order: earlier.id } : { shop, answer: reused }
  if (skus.some((sku) => !shop.products[sku])) {
    return { shop, answer: { status: 422, problem: 'unknown-product' } }
  }
  return { shop: withOrder(shop, { id, customer: caller.sub, key, lines }), order: id }
}

const isSame = (one: readonly LineRequest[], other: readonly LineRequest[]) =>
  one.length === other.length &&
  one.every(({ sku, quantity }, i) => sku === other[i]!.sku && quantity === other[i]!.quantity)

function cancelOrder(shop: Shop, call: CallOf<'cancel'>): Effect {
  const order = visibleOrder(shop, call)
  if (!order) return { shop, answer: notFound }
  const body = orderView({ ...order, status: 'cancelled' })
  if (order.status === 'cancelled') return { shop, answer: { status: 200, body } }
  if (order.status === 'rejected') {
    return { shop, answer: { status: 409, problem: 'order-rejected', body: orderView(order) } }
  }
  return { shop: cancel(shop, order), answer: { status: 200, body } }
}

function visibleOrder(shop: Shop, { caller, id }: { caller: Caller; id: string }): Order | undefined {
  const order = orderById(shop, id)
  return order && (caller.role === 'admin' || order.customer === caller.sub) ? order : undefined
}

function readProduct(shop: Shop, sku: string): Answer {
  return shop.products[sku] ? { status: 200, body: productView(shop, sku) } : notFound
}

function productView({ products }: Shop, sku: string) {
  const { name, priceCents, available } = products[sku]!
  return { sku, name, priceCents, available }
}

function productPage(shop: Shop, { limit, after }: CallOf<'listProducts'>) {
  const skus = Object.keys(shop.products).filter((sku) => sku > after)
  const views = skus.map((sku) => productView(shop, sku))
  return page(views, limit, ({ sku }) => sku)
}

function orderPage({ orders }: Shop, { caller, limit, after }: CallOf<'listOrders'>) {
  const newest = orders.filter(({ customer }) => customer === caller.sub).toReversed()
  const at = newest.findIndex(({ id }) => id === after)
  const rest = after === undefined ? newest : at < 0 ? [] : newest.slice(at + 1)
  return page(rest.map(orderView), limit, ({ id }) => id)
}

function page<T>(all: readonly T[], limit: number, keyOf: (item: T) => string) {
  const items = all.slice(0, limit)
  return { items, next: all.length > limit ? keyOf(items.at(-1)!) : null }
}

function orderView({ id, status, lines }: Order): OrderView {
  const totalCents = lines.reduce((total, line) => total + line.quantity * line.unitPriceCents, 0)
  return { id, status, lines, totalCents }
}
