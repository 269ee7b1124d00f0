import { ProblemError } from '@shop/shared/contract/problems.ts'
import type { LineRequest, Order, OrderPage } from '@shop/shared/contract/schemas.ts'
import { type OrderRequest, orderRequest, sameWish } from '@shop/shared/rules/order-request.ts'
import { statesThatAllow } from '@shop/shared/rules/order-state.ts'
import type { Caller } from '@shop/shared/runtime/auth.ts'
import { keyFirst } from '@shop/shared/runtime/key-first.ts'
import { pageOf } from '@shop/shared/runtime/page.ts'
import { type Pool, transaction } from '@shop/shared/runtime/postgres.ts'
import * as repository from './repository.ts'
import { release, reserve } from './stock.ts'

/** What the use cases of orders need. */
export interface Orders {
  pool: Pool
  /** For what must be known while all connections of the pool are busy. */
  lane: Pool
}

/**
 * Places an order, or gives the one that the key already made.
 * @throws ProblemError `unknown-product`, `idempotency-key-reused`, `invalid-request`
 */
export async function placeOrder(
  orders: Orders,
  caller: Caller,
  key: string,
  lines: LineRequest[],
): Promise<Order> {
  const request = orderRequest(caller.sub, key, lines)
  return keyFirst(
    () => orderAnew(orders, request, lines),
    () => earlierOrder(orders.lane, request),
  )
}

/** Prices, stock and order in one transaction. An order that stock does not suffice for is kept, rejected. */
async function orderAnew({ pool }: Orders, request: OrderRequest, lines: LineRequest[]): Promise<Order> {
  let unknown: string[] = []
  const order = await transaction(pool, async (tx) => {
    const quote = await reserve(tx, lines)
    unknown = quote.unknown
    if (unknown.length > 0) return undefined
    return repository.insertOrder(tx, request, quote.lines, quote.reserved ? 'confirmed' : 'rejected')
  })
  return order ?? (await earlierOrder(pool, request)) ?? noProduct(unknown)
}

/** What the key already made, as it now stands. @throws ProblemError `idempotency-key-reused` */
async function earlierOrder(pool: Pool, request: OrderRequest): Promise<Order | undefined> {
  const earlier = await repository.findOrderByKey(pool, request.customer, request.key)
  return earlier && sameWish(request, earlier)
}

function noProduct(unknown: string[]): never {
  throw new ProblemError('unknown-product', `There is no product ${unknown.join(', ')}`)
}

/** @throws ProblemError `not-found`, also for somebody else's order */
export async function readOrder({ pool }: Orders, caller: Caller, id: string): Promise<Order> {
  const order = await repository.findOrder(pool, id, ownerOf(caller))
  if (!order) throw new ProblemError('not-found', `There is no order ${id}`)
  return order
}

/** The caller's own orders, newest first. */
export async function browseOrders(
  { pool }: Orders,
  caller: Caller,
  limit: number,
  after?: string,
): Promise<OrderPage> {
  return pageOf(await repository.listOrders(pool, caller.sub, limit, after), limit, ({ id }) => id)
}

/**
 * Cancels an order and gives its stock back, in one transaction. Cancelling again changes nothing.
 * @throws ProblemError `not-found`, `order-rejected`
 */
export async function cancelOrder(orders: Orders, caller: Caller, id: string): Promise<Order> {
  const cancelled = await transaction(orders.pool, async (tx) => {
    const order = await repository.findOrder(tx, id, ownerOf(caller))
    if (!order || !statesThatAllow('cancel').includes(order.status)) return undefined
    // Stock first and then the order, as when it was placed: the other way round, two could wait for each other.
    await release(tx, order.lines)
    return repository.cancelOrder(tx, id, ownerOf(caller))
  })
  if (cancelled) return cancelled
  const order = await readOrder(orders, caller, id)
  if (order.status === 'rejected') throw new ProblemError('order-rejected', 'It holds no stock', order)
  return order
}

/** Whose orders the caller may touch; null for everyone's. */
const ownerOf = ({ sub, role }: Caller) => (role === 'admin' ? null : sub)
