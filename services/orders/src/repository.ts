import type { OutgoingMessage } from '@shop/messaging/message.ts'
import type { Order, OrderLine, OrderStatus } from '@shop/shared/contract/schemas.ts'
import { totalCents } from '@shop/shared/rules/order-lines.ts'
import type { EarlierOrder, OrderRequest } from '@shop/shared/rules/order-request.ts'
import { statesThatAllow } from '@shop/shared/rules/order-state.ts'
import type { Db, Pool } from '@shop/shared/runtime/postgres.ts'

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
export async function findOrder(db: Db, id: string, customer: string | null): Promise<Order | undefined> {
  const { rows } = await db.query<OrderRow>({
    name: 'find-order',
    text: `select ${HEAD}, ${LINES} from orders o where o.id = $1 and ($2::text is null or o.customer = $2)`,
    values: [id, customer],
  })
  return rows[0] && toOrder(rows[0])
}

/**
 * A customer's orders, newest first by the database's clock, one more than `limit` when there is a next page.
 * @param after the last order of the page before; one that is not the customer's has nothing after it
 */
export async function listOrders(
  pool: Pool,
  customer: string,
  limit: number,
  after?: string,
): Promise<Order[]> {
  const { rows } = await pool.query<OrderRow>({
    name: 'list-orders',
    // One range of the index whatever the values are: a plan that is made for all of them, with an `or`, would read every order.
    text: `select ${HEAD}, ${LINES} from orders o
           where o.customer = $1 and (o.created_at, o.id) < (
             case when $3::uuid is null then 'infinity'
             else (select a.created_at from orders a where a.id = $3 and a.customer = $1) end,
             coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
           )
           order by o.created_at desc, o.id desc limit $2`,
    values: [customer, limit + 1, after ?? null],
  })
  return rows.map(toOrder)
}

/** Cancels an order that can be, and writes the fact of it; undefined when there is none, or its state does not allow it. */
export async function cancelOrder(
  pool: Pool,
  id: string,
  customer: string | null,
  message: Pick<OutgoingMessage, 'id' | 'trace'>,
): Promise<{ order: Order; fact: OutgoingMessage } | undefined> {
  const topic = 'order.cancelled'
  const { rows } = await pool.query<OrderRow & { payload: string }>({
    name: 'cancel-order',
    text: `with o as (
             update orders set status = 'cancelled', cancelled_at = now(), said_times = 0
             where id = $1 and ($2::text is null or customer = $2) and status = any($3::text[])
             returning *
           ), fact as (
             insert into outbox (id, topic, payload, traceparent, request_id)
             select $4, $5, json_build_object(
               'version', 1,
               'orderId', o.id,
               'lines', (select json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity) order by l.position)
                         from order_line l where l.order_id = o.id)
             )::text, $6, $7 from o
             returning payload
           )
           select ${HEAD}, ${LINES}, fact.payload from o, fact`,
    values: [
      id,
      customer,
      statesThatAllow('cancel'),
      message.id,
      topic,
      message.trace.traceparent,
      message.trace.requestId,
    ],
  })
  return rows[0] && { order: toOrder(rows[0]), fact: { ...message, topic, payload: rows[0].payload } }
}
