import type { OutgoingMessage } from '@shop/messaging/message.ts'
import type { Product, ProductDraft } from '@shop/shared/contract/schemas.ts'
import type { Db, Pool, Tx } from '@shop/shared/runtime/postgres.ts'
import type { Allocation, ReservationStatus } from './allocation.ts'

const COLUMNS = 'sku, name, price_cents as "priceCents", available'

/** A page of products by the bytes of their SKU, one more than `limit` when there is a next page. */
export async function listProducts(pool: Pool, limit: number, after = ''): Promise<Product[]> {
  const { rows } = await pool.query<Product>({
    name: 'list-products',
    text: `select ${COLUMNS} from product where sku collate "C" > $1 order by sku collate "C" limit $2`,
    values: [after, limit + 1],
  })
  return rows
}

/** One product, if there is one. */
export async function findProduct(db: Db, sku: string): Promise<Product | undefined> {
  const { rows } = await db.query<Product>({
    name: 'find-product',
    text: `select ${COLUMNS} from product where sku = $1`,
    values: [sku],
  })
  return rows[0]
}

/** Creates or changes a product; `created` tells which. */
export async function upsertProduct(
  pool: Pool,
  sku: string,
  draft: ProductDraft,
): Promise<Product & { created: boolean }> {
  const { rows } = await pool.query<Product & { created: boolean }>({
    name: 'upsert-product',
    // A row version without a deleter is a fresh insert: xmax tells the two apart.
    text: `insert into product (sku, name, price_cents) values ($1, $2, $3)
           on conflict (sku) do update set name = excluded.name, price_cents = excluded.price_cents
           returning ${COLUMNS}, xmax = 0 as created`,
    values: [sku, draft.name, draft.priceCents],
  })
  return rows[0]!
}

/** What a restock adds to which product. */
export interface Restock {
  sku: string
  quantity: number
}

/** Adds to a product's stock once per key; undefined when there is no such product or the key is taken. */
export async function insertRestock(
  pool: Pool,
  subject: string,
  key: string,
  { sku, quantity }: Restock,
): Promise<number | undefined> {
  const { rows } = await pool.query<{ available: number }>({
    name: 'insert-restock',
    text: `with fresh as (
             insert into restock (subject, idempotency_key, sku, quantity)
             select $1, $2, sku, $4::int from product where sku = $3
             on conflict do nothing
             returning sku, quantity
           )
           update product p set available = p.available + fresh.quantity
           from fresh where p.sku = fresh.sku
           returning p.available`,
    values: [subject, key, sku, quantity],
  })
  return rows[0]?.available
}

/** The restock that this key stands for, if any. */
export async function findRestock(pool: Pool, subject: string, key: string): Promise<Restock | undefined> {
  const { rows } = await pool.query<Restock>({
    name: 'find-restock',
    text: 'select sku, quantity from restock where subject = $1 and idempotency_key = $2',
    values: [subject, key],
  })
  return rows[0]
}

/** The names and prices of those of these products that exist. */
export async function findPrices(pool: Pool, skus: readonly string[]): Promise<Price[]> {
  const { rows } = await pool.query<Price>({
    name: 'find-prices',
    text: 'select sku, name, price_cents as "priceCents" from product where sku = any($1)',
    values: [skus],
  })
  return rows
}

export type Price = Omit<Product, 'available'>

/** What a batch of messages meets: which of them are new, and the stock of their products, locked. */
export interface LockedStock {
  fresh: Set<string>
  stock: Map<string, number>
}

/**
 * Enters messages into the inbox and locks the stock that they are about, in one statement.
 * Rows are locked by SKU, so that no two batches wait for each other.
 */
export async function lockStock(tx: Tx, messageIds: string[], skus: string[]): Promise<LockedStock> {
  const { rows } = await tx.query<{ fresh: string[] | null; stock: Record<string, number> | null }>({
    name: 'lock-stock',
    text: `with fresh as (
             insert into inbox (message_id) select distinct unnest($1::uuid[]) order by 1
             on conflict do nothing
             returning message_id
           ), locked as (
             select sku, available from product where sku = any($2) order by sku for no key update
           )
           select (select array_agg(message_id::text) from fresh) as fresh,
                  (select json_object_agg(sku, available) from locked) as stock`,
    values: [messageIds, skus],
  })
  const { fresh, stock } = rows[0]!
  return { fresh: new Set(fresh), stock: new Map(Object.entries(stock ?? {})) }
}

/** The reservations that these orders already have. To be run after `lockStock`: only then nobody else changes them. */
export async function findReservations(tx: Tx, orderIds: string[]): Promise<Map<string, ReservationStatus>> {
  const { rows } = await tx.query<{ order_id: string; status: ReservationStatus }>({
    name: 'find-reservations',
    text: 'select order_id, status from reservation where order_id = any($1::uuid[])',
    values: [orderIds],
  })
  return new Map(rows.map(({ order_id, status }) => [order_id, status]))
}

/** Writes what was decided, and the facts of it, in one statement. */
export async function writeAllocation(
  tx: Tx,
  { deltas, reservations, held }: Allocation,
  facts: readonly OutgoingMessage[],
): Promise<void> {
  const heldLines = held.flatMap(({ orderId, lines }) => lines.map((line) => ({ orderId, ...line })))
  await tx.query({
    name: 'write-allocation',
    text: `with moved as (
             update product p set available = p.available + d.delta
             from unnest($1::text[], $2::int[]) as d (sku, delta)
             where p.sku = d.sku
           ), decided as (
             insert into reservation (order_id, status) select * from unnest($3::uuid[], $4::text[])
             on conflict (order_id) do update set status = excluded.status
           ), held as (
             insert into reservation_line (order_id, sku, quantity)
             select * from unnest($5::uuid[], $6::text[], $7::int[])
           )
           insert into outbox (id, topic, payload, traceparent, request_id)
           select * from unnest($8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[])`,
    values: [
      [...deltas.keys()],
      [...deltas.values()],
      [...reservations.keys()],
      [...reservations.values()],
      heldLines.map(({ orderId }) => orderId),
      heldLines.map(({ sku }) => sku),
      heldLines.map(({ quantity }) => quantity),
      facts.map(({ id }) => id),
      facts.map(({ topic }) => topic),
      facts.map(({ payload }) => payload),
      facts.map(({ trace }) => trace.traceparent),
      facts.map(({ trace }) => trace.requestId),
    ],
  })
}
