import { type Deadline, left } from '@shop/http/deadline.ts'
import type { Upstream } from '@shop/http/upstream.ts'
import type { Backlog } from '@shop/messaging/backlog.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { ProblemError } from '@shop/shared/contract/problems.ts'
import type { LineRequest, Order, OrderPage } from '@shop/shared/contract/schemas.ts'
import { type OrderRequest, orderRequest, sameWish } from '@shop/shared/rules/order-request.ts'
import type { Caller } from '@shop/shared/runtime/auth.ts'
import { keyFirst } from '@shop/shared/runtime/key-first.ts'
import { pageOf } from '@shop/shared/runtime/page.ts'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import type { Trace } from '@shop/shared/runtime/trace.ts'
import { v7 as uuidv7 } from 'uuid'
import * as repository from './repository.ts'
import type { Settlements } from './settlements.ts'
import { orderPlaced, quote } from './stock.ts'

/** What the use cases of orders need. */
export interface Orders {
  pool: Pool
  /** For what must be known while all connections of the pool are busy. */
  lane: Pool
  inventory: Upstream
  relay: Relay
  backlog: Backlog
  settlements: Settlements
  /** This replica's id: to whom the news of an awaited order goes. */
  replica: string
}

/** How the caller wants to be answered. */
export interface Patience {
  trace: Trace
  /** How long the request may be held until the order has settled; 0 answers at once. */
  waitSeconds: number
  /** When the answer must be there, however the order stands. */
  deadline: Deadline
  /** Aborted when the caller has gone: nobody waits any more. */
  signal: AbortSignal
}

/**
 * Places an order, or gives the one that the key already made. Stock is settled later, by messages.
 * @throws ProblemError `unknown-product`, `idempotency-key-reused`, `invalid-request`, `unavailable`
 */
export async function placeOrder(
  orders: Orders,
  caller: Caller,
  key: string,
  lines: LineRequest[],
  patience: Patience,
): Promise<Order> {
  const request = orderRequest(caller.sub, key, lines)
  const order = await keyFirst(
    () => orderAnew(orders, request, lines, patience),
    () => earlierOrder(orders.lane, request),
  )
  return settled(order, orders.settlements, patience)
}

/** Prices by HTTP, then the order and the fact of it in one statement. */
async function orderAnew(
  { pool, inventory, relay, backlog, replica }: Orders,
  request: OrderRequest,
  lines: LineRequest[],
  patience: Patience,
): Promise<Order> {
  const { trace, waitSeconds } = patience
  backlog.check()
  const { lines: priced, unknown } = await quote(inventory, lines, patience)
  if (unknown.length > 0) return (await earlierOrder(pool, request)) ?? noProduct(unknown)
  const placed = orderPlaced(request.id, lines, trace)
  const order = await repository.insertOrder(pool, request, priced, placed, waitSeconds > 0 ? replica : null)
  if (order) relay.send([placed])
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

/** The order once it has settled, or as it is when the caller's patience ends. */
async function settled(
  order: Order,
  settlements: Settlements,
  { waitSeconds, deadline, signal }: Patience,
): Promise<Order> {
  const waitMs = Math.min(waitSeconds * 1000, left(deadline))
  if (order.status !== 'pending' || waitMs === 0) return order
  const settlement = await settlements.wait(order.id, waitMs, signal)
  if (!settlement) return order
  const { orderId: _, ...change } = settlement
  return { ...order, ...change }
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
 * Cancels an order; its stock is given back later, by messages. Cancelling again changes nothing.
 * @throws ProblemError `not-found`, `order-rejected`
 */
export async function cancelOrder(orders: Orders, caller: Caller, id: string, trace: Trace): Promise<Order> {
  const cancelled = await repository.cancelOrder(orders.pool, id, ownerOf(caller), { id: uuidv7(), trace })
  if (cancelled) orders.relay.send([cancelled.fact])
  if (cancelled) return cancelled.order
  const order = await readOrder(orders, caller, id)
  if (order.status === 'rejected') throw new ProblemError('order-rejected', 'It holds no stock', order)
  return order
}

/** Whose orders the caller may touch; null for everyone's. */
const ownerOf = ({ sub, role }: Caller) => (role === 'admin' ? null : sub)
