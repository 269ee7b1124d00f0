import { statesThatAllow } from '@shop/shared/rules/order-state.ts'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import type { Settlement } from './events.ts'

interface SettledRow {
  id: string
  status: Settlement['status']
  settled_at: Date | null
  cancelled_at: Date | null
}

/** What inventory said of one order, in one message. */
export interface StockNews {
  messageId: string
  orderId: string
  /** What becomes of the order; null when its stock was released. */
  status: 'confirmed' | 'rejected' | null
}

/** An order that has just settled. */
export interface Settled {
  settlement: Settlement
  /** The replica that waits for it. */
  awaitedBy: string | null
  /** How long it took since it was placed. */
  seconds: number
}

/**
 * Settles orders by what inventory said, each message once, and by the first that says it. One statement is the whole
 * transaction: inbox and orders.
 * @returns the orders that settled
 */
export async function settleOrders(pool: Pool, news: readonly StockNews[]): Promise<Settled[]> {
  const { rows } = await pool.query<SettledRow & { awaited_by: string | null; seconds: number }>({
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
             where o.id = n.order_id and n.status is null and o.released_at is null
           )
           update orders o set status = n.status, settled_at = now()
           from news n join fresh using (message_id)
           where o.id = n.order_id and n.status is not null and o.status = any($4::text[])
           returning o.id, o.status, o.settled_at, o.cancelled_at, o.awaited_by,
                     extract(epoch from o.settled_at - o.created_at)::float8 as seconds`,
    values: [
      news.map(({ messageId }) => messageId),
      news.map(({ orderId }) => orderId),
      news.map(({ status }) => status),
      statesThatAllow('confirm'),
    ],
  })
  return rows.map((row) => ({
    settlement: toSettlement(row),
    awaitedBy: row.awaited_by,
    seconds: row.seconds,
  }))
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
