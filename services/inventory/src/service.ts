import type { IncomingMessage, OutgoingMessage } from '@shop/messaging/message.ts'
import type { Relay } from '@shop/messaging/relay.ts'
import { ProblemError } from '@shop/shared/contract/problems.ts'
import type { Product, ProductDraft, ProductPage, Stock } from '@shop/shared/contract/schemas.ts'
import { keyFirst } from '@shop/shared/runtime/key-first.ts'
import { pageOf } from '@shop/shared/runtime/page.ts'
import { type Pool, transaction } from '@shop/shared/runtime/postgres.ts'
import { v7 as uuidv7 } from 'uuid'
import { type Allocation, allocate } from './allocation.ts'
import type { OrderFact, StockFact } from './events.ts'
import {
  findPrices,
  findProduct,
  findReservations,
  findRestock,
  insertRestock,
  listProducts,
  lockStock,
  type Price,
  type Restock,
  upsertProduct,
  writeAllocation,
} from './repository.ts'

/** What the use cases of inventory need. */
export interface Inventory {
  pool: Pool
  /** For what must be known while all connections of the pool are busy. */
  lane: Pool
  relay: Relay
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

/** The names and prices of those of these products that exist. */
export async function quote({ pool }: Inventory, skus: readonly string[]): Promise<Price[]> {
  return findPrices(pool, skus)
}

/** Takes, refuses or gives back stock as orders were placed and cancelled: all messages in one transaction, each once. */
export async function settle(
  { pool, relay }: Inventory,
  messages: readonly IncomingMessage<OrderFact>[],
): Promise<void> {
  const seen = new Set<string>()
  const unique = messages.filter(({ id }) => !seen.has(id) && seen.add(id))
  const skus = new Set(unique.flatMap(({ event }) => event.payload.lines.map(({ sku }) => sku)))
  const facts = await transaction(pool, async (tx) => {
    // Sent together and run one after the other, so that the second sees all that was done before the first had its locks.
    const [{ fresh, stock }, known] = await Promise.all([
      lockStock(
        tx,
        unique.map(({ id }) => id),
        [...skus],
      ),
      findReservations(
        tx,
        unique.map(({ event }) => event.payload.orderId),
      ),
    ])
    const news = unique.filter(({ id }) => fresh.has(id))
    if (news.length === 0) return undefined
    const allocation = allocate(
      news.map(({ event }) => event),
      stock,
      known,
    )
    const facts = factsOf(allocation, news)
    await writeAllocation(tx, allocation, facts)
    return facts
  })
  if (facts) relay.send(facts)
}

/** The facts that a decision makes, each in the trace of the message that caused it. */
const factsOf = ({ news }: Allocation, causes: readonly IncomingMessage<OrderFact>[]): OutgoingMessage[] =>
  news.map(({ cause, topic, orderId }) => ({
    id: uuidv7(),
    topic,
    payload: JSON.stringify({ version: 1, orderId } satisfies StockFact['payload']),
    trace: causes[cause]!.trace,
  }))
