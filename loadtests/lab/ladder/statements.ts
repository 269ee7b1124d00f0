import type { LineRequest } from '@shop/shared/contract/schemas.ts'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import { readProduct } from '../../../monolith/src/modules/inventory/service.ts'
import { placeOrder } from '../../../monolith/src/modules/orders/service.ts'

/** A statement as it was sent, with its values; `begin` and `commit` have none. */
export type Statement = { name?: string; text: string; values: unknown[] }

/** Values by which a recorded parameter is known again. Prices and quantities are chosen so that none equals another. */
export const MARKS = {
  customer: 'mark-customer',
  key: 'mark-key',
  sku: (line: number) => `MARK-${line}`,
  name: 'Speckled Stoneware Mug',
  quantity: (line: number) => 100 + line,
  price: (line: number) => 10_000 + line,
}

/** The statements by which the monolith places an order of so many lines, recorded from its own code. */
export async function checkoutStatements(lines: number): Promise<Statement[]> {
  const wanted = linesOf(lines)
  const { pool, sent } = recordingPool((name) => (name === 'reserve-stock' ? reserved(lines) : [orderRow]))
  await placeOrder({ pool, lane: pool }, { sub: MARKS.customer, role: 'customer' }, MARKS.key, wanted)
  return sent
}

/** The statement by which the monolith reads a product, recorded likewise. */
export async function readStatements(): Promise<Statement[]> {
  const { pool, sent } = recordingPool(() => [{}])
  await readProduct({ pool, lane: pool }, MARKS.sku(1))
  return sent
}

/** A pool without a database, which keeps what it is asked. @param rows answers a statement by its name */
export function recordingPool(rows: (name: string) => object[]): { pool: Pool; sent: Statement[] } {
  const sent: Statement[] = []
  const query = async (asked: string | Statement) => {
    const { name, text, values } = typeof asked === 'string' ? { text: asked, values: [] } : asked
    sent.push({ ...(name && { name }), text, values })
    return { rows: name ? rows(name) : [] }
  }
  const pool = { query, connect: async () => ({ query, release: () => {} }) }
  return { pool: pool as unknown as Pool, sent }
}

export const linesOf = (count: number): LineRequest[] =>
  numbers(count).map((line) => ({ sku: MARKS.sku(line), quantity: MARKS.quantity(line) }))

/** What reserving answers, all of it in stock. */
export const reserved = (count: number) =>
  numbers(count).map((line) => ({
    sku: MARKS.sku(line),
    name: MARKS.name,
    quantity: MARKS.quantity(line),
    unitPriceCents: MARKS.price(line),
    reserved: true,
  }))

export const orderRow = { created_at: new Date(0), settled_at: new Date(0), cancelled_at: null }

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
