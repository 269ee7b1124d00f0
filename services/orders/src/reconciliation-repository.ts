import type { OutgoingMessage } from '@shop/messaging/message.ts'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import type { Trace } from '@shop/shared/runtime/trace.ts'

/** An order is said again after a limit, after twice that, and so on; at last after 64 times as long, every time. */
const MOST_DOUBLINGS = 6
/** As the partial index `orders_unsettled` has it. */
const UNSETTLED = `(status = 'pending' or (status = 'cancelled' and released_at is null))`
const OVERDUE = `${UNSETTLED} and created_at < now() - make_interval(secs => $1)
  and greatest(created_at, cancelled_at, said_at)
      < now() - make_interval(secs => $1 * 2 ^ least(said_times, ${MOST_DOUBLINGS}))`

/** How many orders are pending, counted no further than `most`. */
export async function countPending(pool: Pool, most: number): Promise<number> {
  const { rows } = await pool.query<{ orders: number }>({
    name: 'count-pending',
    text: `select count(*)::int as orders
           from (select from orders where status = 'pending' order by created_at limit $1) as pending`,
    values: [most],
  })
  return rows[0]!.orders
}

/** How many orders are pending, and how many seconds the oldest has been. */
export async function measurePending(pool: Pool): Promise<{ orders: number; oldestSeconds: number }> {
  const { rows } = await pool.query<{ orders: number; oldestSeconds: number }>({
    name: 'measure-pending',
    text: `select count(*)::int as orders,
                  coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as "oldestSeconds"
           from orders where status = 'pending'`,
  })
  return rows[0]!
}

/** Whether any order has waited so long for inventory that it is to be said again. */
export async function isAnyOverdue(pool: Pool, afterSeconds: number): Promise<boolean> {
  const { rows } = await pool.query<{ overdue: boolean }>({
    name: 'is-any-overdue',
    text: `select exists (select from orders where ${OVERDUE}) as overdue`,
    values: [afterSeconds],
  })
  return rows[0]!.overdue
}

/**
 * Writes the facts of orders that have waited too long once more, the oldest first, and when that was. What another replica
 * is at is left to it, and an order whose fact is still in the outbox has been said as loud as can be.
 * @param ids of the new messages: so many orders at most
 */
export async function sayAgain(
  pool: Pool,
  afterSeconds: number,
  ids: readonly string[],
  trace: Trace,
): Promise<OutgoingMessage[]> {
  const { rows } = await pool.query<{ id: string; topic: string; payload: string }>({
    name: 'say-again',
    text: `with unsent as materialized (
             select payload::json ->> 'orderId' as order_id from outbox
             where topic in ('order.placed', 'order.cancelled')
           ), overdue as materialized (
             select id, status, created_at from orders o
             where ${OVERDUE} and not exists (select from unsent where order_id = o.id::text)
             order by created_at limit cardinality($2::uuid[]) for update skip locked
           ), said as (
             update orders o set said_at = now(), said_times = o.said_times + 1
             from overdue where o.id = overdue.id
           ), numbered as (
             select id, status, row_number() over (order by created_at) as place from overdue
           )
           insert into outbox (id, topic, payload, traceparent, request_id)
           select message.id,
                  case status when 'pending' then 'order.placed' else 'order.cancelled' end,
                  json_build_object(
                    'version', 1,
                    'orderId', numbered.id,
                    'lines', (select json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity) order by l.position)
                              from order_line l where l.order_id = numbered.id)
                  )::text, $3, $4
           from numbered join unnest($2::uuid[]) with ordinality as message (id, place) using (place)
           returning id, topic, payload`,
    values: [afterSeconds, ids, trace.traceparent, trace.requestId],
  })
  return rows.map((row) => ({ ...row, trace }))
}
