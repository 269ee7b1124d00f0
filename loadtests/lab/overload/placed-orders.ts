import type { Client } from 'pg'
import type { PlacedOrder } from './goodput.ts'

/** The orders whose idempotency keys are `<run>-<number>`. */
export async function findPlacedOrders(orders: Client, run: string): Promise<PlacedOrder[]> {
  const { rows } = await orders.query<{ number: string; settled_after_ms: number | null }>(
    `select substr(idempotency_key, length($1) + 2) as number,
            (extract(epoch from settled_at - created_at) * 1000)::float8 as settled_after_ms
     from orders where starts_with(idempotency_key, $1 || '-')`,
    [run],
  )
  return rows.map((row) => ({ number: Number(row.number), settledAfterMs: row.settled_after_ms }))
}
