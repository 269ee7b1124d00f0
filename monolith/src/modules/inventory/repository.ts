import type { LineRequest, OrderLine, Product, ProductDraft } from '@shop/shared/contract/schemas.ts'
import type { Db, Pool, Tx } from '@shop/shared/runtime/postgres.ts'

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

/** What reserving found: the lines that exist, with their price of now, and whether all of them were taken. */
export interface Reservation {
  lines: OrderLine[]
  reserved: boolean
}

/**
 * Takes the stock of all lines, or of none. Rows are locked by SKU, so that no two orders wait for each other.
 * What is left is counted from the locked row: `p` is first seen as it was before the wait for the lock, and the table's
 * check would be held against that.
 */
export async function reserveStock(tx: Tx, wanted: readonly LineRequest[]): Promise<Reservation> {
  const { rows } = await tx.query<OrderLine & { reserved: boolean }>({
    name: 'reserve-stock',
    text: `with wanted as (
             select * from unnest($1::text[], $2::int[]) with ordinality as w (sku, quantity, position)
           ), locked as (
             select w.position, w.quantity, p.sku, p.name, p.price_cents, p.available
             from product p join wanted w using (sku)
             order by p.sku
             for no key update of p
           ), verdict as (
             select count(*) = cardinality($1) and bool_and(available >= quantity) as reserved from locked
           ), taken as (
             update product p set available = locked.available - locked.quantity
             from locked where p.sku = locked.sku and (select reserved from verdict)
           )
           select sku, name, quantity, price_cents as "unitPriceCents", (select reserved from verdict) as reserved
           from locked order by position`,
    values: [wanted.map(({ sku }) => sku), wanted.map(({ quantity }) => quantity)],
  })
  const lines = rows.map(({ reserved: _, ...line }) => line)
  return { lines, reserved: rows[0]?.reserved ?? false }
}

/** Puts the stock of all lines back. Rows are locked by SKU. */
export async function releaseStock(tx: Tx, lines: readonly LineRequest[]): Promise<void> {
  await tx.query({
    name: 'release-stock',
    text: `with returned as (
             select p.sku, w.quantity
             from product p join unnest($1::text[], $2::int[]) as w (sku, quantity) using (sku)
             order by p.sku
             for no key update of p
           )
           update product p set available = p.available + returned.quantity
           from returned where p.sku = returned.sku`,
    values: [lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity)],
  })
}
