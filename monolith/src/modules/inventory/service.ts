import { ProblemError } from '@shop/shared/contract/problems.ts'
import type { LineRequest, Product, ProductDraft, ProductPage, Stock } from '@shop/shared/contract/schemas.ts'
import { keyFirst } from '@shop/shared/runtime/key-first.ts'
import { pageOf } from '@shop/shared/runtime/page.ts'
import type { Pool, Tx } from '@shop/shared/runtime/postgres.ts'
import {
  findProduct,
  findRestock,
  insertRestock,
  listProducts,
  type Reservation,
  type Restock,
  releaseStock,
  reserveStock,
  upsertProduct,
} from './repository.ts'

/** What the use cases of inventory need. */
export interface Inventory {
  pool: Pool
  /** For what must be known while all connections of the pool are busy. */
  lane: Pool
}

/** One page of the catalogue, by SKU. */
export async function browse({ pool }: Inventory, limit: number, after?: string): Promise<ProductPage> {
  return pageOf(await listProducts(pool, limit, after), limit, ({ sku }) => sku)
}

/** @throws ProblemError `not-found` */
export async function readProduct({ pool }: Inventory, sku: string): Promise<Product> {
  const product = await findProduct(pool, sku)
  if (!product) throw new ProblemError('not-found', `There is no product ${sku}`)
  return product
}

/** Creates or changes a product. */
export async function putProduct(
  { pool }: Inventory,
  sku: string,
  draft: ProductDraft,
): Promise<{ product: Product; created: boolean }> {
  const { created, ...product } = await upsertProduct(pool, sku, draft)
  return { product, created }
}

/**
 * Adds to a product's stock, once per caller and key.
 * @throws ProblemError `not-found`, or `idempotency-key-reused` when the key stands for another restock
 */
export async function restock(
  inventory: Inventory,
  subject: string,
  key: string,
  sku: string,
  quantity: number,
): Promise<Stock> {
  const wanted = { sku, quantity }
  return keyFirst(
    () => restockAnew(inventory.pool, subject, key, wanted),
    () => earlierRestock(inventory.lane, subject, key, wanted),
  )
}

async function restockAnew(pool: Pool, subject: string, key: string, wanted: Restock): Promise<Stock> {
  const available = await insertRestock(pool, subject, key, wanted)
  if (available !== undefined) return { sku: wanted.sku, available }
  const stock = await earlierRestock(pool, subject, key, wanted)
  // Not asked of the product: it may have come since.
  if (!stock) throw new ProblemError('not-found', `There is no product ${wanted.sku}`)
  return stock
}

/** The stock as it now stands, if the key stands for this restock. @throws ProblemError `idempotency-key-reused` */
async function earlierRestock(
  pool: Pool,
  subject: string,
  key: string,
  { sku, quantity }: Restock,
): Promise<Stock | undefined> {
  const earlier = await findRestock(pool, subject, key)
  if (!earlier) return undefined
  if (earlier.sku !== sku || earlier.quantity !== quantity) {
    throw new ProblemError('idempotency-key-reused', 'Use a new Idempotency-Key for a new restock')
  }
  const product = await findProduct(pool, sku)
  return product && { sku, available: product.available }
}

/** Takes the stock of all lines, or of none, in the caller's transaction. */
export async function reserve(tx: Tx, lines: readonly LineRequest[]): Promise<Reservation> {
  return reserveStock(tx, lines)
}

/** Puts the stock of all lines back, in the caller's transaction. */
export async function release(tx: Tx, lines: readonly LineRequest[]): Promise<void> {
  return releaseStock(tx, lines)
}
