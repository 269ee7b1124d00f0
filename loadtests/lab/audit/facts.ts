import type { Client } from 'pg'
import type { Sessions } from './sessions.ts'

export type OrderFact = {
  id: string
  customer: string
  key: string
  status: string
  lines: { sku: string; quantity: number }[]
}
export type RestockFact = { subject: string; key: string; sku: string; quantity: number }
export type ProductFact = { sku: string; available: number }

/** What a stack's databases say, as far as a history can tell of it. */
export type Facts = { orders: OrderFact[]; restocks: RestockFact[]; products: ProductFact[] }

/**
 * Reads orders, restocks and products.
 * @param seedSubject whose restocks put the catalogue there: they are left out
 */
export async function readFacts({ orders, inventory }: Sessions, seedSubject: string): Promise<Facts> {
  return {
    orders: await rowsOf<OrderFact>(
      orders,
      `select o.id, o.customer, o.idempotency_key as key, o.status,
              coalesce(json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity))
                       filter (where l.sku is not null), '[]') as lines
       from orders o left join order_line l on l.order_id = o.id group by o.id`,
    ),
    restocks: await rowsOf<RestockFact>(
      inventory,
      'select subject, idempotency_key as key, sku, quantity from restock where subject <> $1',
      [seedSubject],
    ),
    products: await rowsOf<ProductFact>(inventory, 'select sku, available::int from product'),
  }
}

async function rowsOf<T extends object>(client: Client, sql: string, values: unknown[] = []): Promise<T[]> {
  return (await client.query<T>(sql, values)).rows
}
