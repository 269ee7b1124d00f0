import type { OutgoingMessage } from '@shop/messaging/message.ts'
import type { Order, OrderLine, OrderStatus } from '@shop/shared/contract/schemas.ts'
import { totalCents } from '@shop/shared/rules/order-lines.ts'
import type { EarlierOrder, OrderRequest } from '@shop/shared/rules/order-request.ts'
import { statesThatAllow } from '@shop/shared/rules/order-state.ts'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import type { Settlement } from './events.ts'

interface OrderRow {
  id: string
  status: OrderStatus
  total_cents: number
  created_at: Date
  settled_at: Date | null
  cancelled_at: Date | null
  lines: OrderLine[]
}

const HEAD = 'o.id, o.status, o.total_cents, o.created_at, o.settled_at, o.cancelled_at'
const LINES = `(
  select json_agg(json_build_object(
    'sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'unitPriceCents', l.unit_price_cents
  ) order by l.position)
  from order_line l where l.order_id = o.id
) as lines`

const toOrder = (row: OrderRow): Order => ({
  id: row.id,
  status: row.status,
  lines: row.lines,
  totalCents: row.total_cents,
  createdAt: row.created_at.toISOString(),
  settledAt: row.settled_at?.toISOString() ?? null,
  cancelledAt: row.cancelled_at?.toISOString() ?? null,
})

/** Writes a pending order with its lines and the fact of it, in one statement; undefined when the customer's key is taken. */
export async function insertOrder(
  pool: Pool,
  request: OrderRequest,
  lines: OrderLine[],
  placed: OutgoingMessage,
  awaitedBy: string | null,
): Promise<Order | undefined> {
  const total = totalCents(lines)
  const { rows } = await pool.query<Omit<OrderRow, 'lines'>>({
    name: 'insert-order',
    text: `with o as (
             insert into orders (id, customer, idempotency_key, request_hash, status, total_cents, awaited_by)
             values ($1, $2, $3, $4, 'pending', $5, $6)
             on conflict (customer, idempotency_key) do nothing
             returning *
           ), lines as (
             insert into order_line (order_id, position, sku, name, quantity, unit_price_cents)
             select o.id, l.position, l.sku, l.name, l.quantity, l.unit_price_cents
             from o, unnest($7::text[], $8::text[], $9::int[], $10::int[]) with ordinality
               as l (sku, name, quantity, unit_price_cents, position)
           ), fact as (
             insert into outbox (id, topic, payload, traceparent, request_id)
             select $11, $12, $13, $14, $15 from o
           )
           select ${HEAD} from o`,
    values: [
      request.id,
      request.customer,
      request.key,
      request.hash,
      total,
      awaitedBy,
      lines.map(({ sku }) => sku),
      lines.map(({ name }) => name),
      lines.map(({ quantity }) => quantity),
      lines.map(({ unitPriceCents }) => unitPriceCents),
      placed.id,
      placed.topic,
      placed.payload,
      placed.trace.traceparent,
      placed.trace.requestId,
    ],
  })
  return rows[0] && toOrder({ ...rows[0], lines })
}

/** The order that the customer's key made, with the digest of what was asked. */
export async function findOrderByKey(
  pool: Pool,
  customer: string,
  key: string,
): Promise<EarlierOrder | undefined> {
  const { rows } = await pool.query<OrderRow & { request_hash: Buffer }>({
    name: 'find-order-by-key',
    text: `select ${HEAD}, o.request_hash, ${LINES} from orders o where o.customer = $1 and o.idempotency_key = $2`,
    values: [customer, key],
  })
  return rows[0] && { order: toOrder(rows[0]), hash: rows[0].request_hash }
}

/** One order. @param customer whose it must be; null for anyone's */
export async function findOrder(pool: Pool, id: string, customer: string | null): Promise<Order | undefined> {
  const { rows } = await pool.query<OrderRow>({
    name: 'find-order',
    text: `select ${HEAD}, ${LINES} from orders o where o.id = $1 and ($2::text is null or o.customer = $2)`,
    values: [id, customer],
  })
  return rows[0] && toOrder(rows[0])
}

/** A customer's orders, newest first, one more than `limit` when there is a next page. */
export async function listOrders(
  pool: Pool,
  customer: string,
  limit: number,
  after?: string,
): Promise<Order[]> {
  const { rows } = await pool.query<OrderRow>({
    name: 'list-orders',
    text: `select ${HEAD}, ${LINES} from orders o
           where o.customer = $1 and ($3::uuid is null or o.id < $3)
           order by o.id desc limit $2`,
    values: [customer, limit + 1, after ?? null],
  })
  return rows.map(toOrder)
}

/** Cancels an order that can be, and says so; undefined when there is none, or its state does not allow it. */
export async function cancelOrder(
  pool: Pool,
  id: string,
  customer: string | null,
  { id: messageId, trace }: Pick<OutgoingMessage, 'id' | 'trace'>,
): Promise<Order | undefined> {
  const { rows } = await pool.query<OrderRow>({
    name: 'cancel-order',
    text: `with o as (
             update orders set status = 'cancelled', cancelled_at = now()
             where id = $1 and ($2::text is null or customer = $2) and status = any($3::text[])
             returning *
           ), fact as (
             insert into outbox (id, topic, payload, traceparent, request_id)
             select $4, 'order.cancelled', json_build_object(
               'version', 1,
               'orderId', o.id,
               'lines', (select json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity) order by l.position)
                         from order_line l where l.order_id = o.id)
             )::text, $5, $6 from o
           )
           select ${HEAD}, ${LINES} from o`,
    values: [id, customer, statesThatAllow('cancel'), messageId, trace.traceparent, trace.requestId],
  })
  return rows[0] && toOrder(rows[0])
}

type SettledRow = Pick<OrderRow, 'id' | 'settled_at' | 'cancelled_at'> & { status: Settlement['status'] }

/** What inventory said of one order, in one message. */
export interface StockNews {
  messageId: string
  orderId: string
  /** What becomes of the order; null when its stock was released. */
  status: 'confirmed' | 'rejected' | null
}

/**
 * Settles orders by what inventory said, each message once. One statement is the whole transaction: inbox and orders.
 * @returns the orders that settled, with the replica that waits for them
 */
export async function settleOrders(
  pool: Pool,
  news: readonly StockNews[],
): Promise<(Settlement & { awaitedBy: string | null })[]> {
  const { rows } = await pool.query<SettledRow & { awaited_by: string | null }>({
    name: 'settle-orders',
    text: `with news as (
             select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as n (message_id, order_id, status)
           ), fresh as (
             insert into inbox (message_id) select distinct message_id from news order by message_id
             on conflict do nothing
             returning message_id
           ), released as (
             update orders o set released_at = now()
             from news n join fresh using (message_id)
             where o.id = n.order_id and n.status is null
           )
           update orders o set status = n.status, settled_at = now()
           from news n join fresh using (message_id)
           where o.id = n.order_id and n.status is not null and o.status = any($4::text[])
           returning o.id, o.status, o.settled_at, o.cancelled_at, o.awaited_by`,
    values: [
      news.map(({ messageId }) => messageId),
      news.map(({ orderId }) => orderId),
      news.map(({ status }) => status),
      statesThatAllow('confirm'),
    ],
  })
  return rows.map((row) => ({ ...toSettlement(row), awaitedBy: row.awaited_by }))
}

/** Which of these orders have settled. */
export async function findSettled(pool: Pool, ids: readonly string[]): Promise<Settlement[]> {
  const { rows } = await pool.query<SettledRow>({
    name: 'find-settled',
    text: "select id, status, settled_at, cancelled_at from orders where id = any($1::uuid[]) and status <> 'pending'",
    values: [ids],
  })
  return rows.map(toSettlement)
}

const toSettlement = (row: SettledRow): Settlement => ({
  orderId: row.id,
  status: row.status,
  settledAt: row.settled_at?.toISOString() ?? null,
  cancelledAt: row.cancelled_at?.toISOString() ?? null,
})
