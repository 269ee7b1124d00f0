import type { LineRequest, OrderLine } from '@shop/shared/contract/schemas.ts'
import type { Tx } from '@shop/shared/runtime/postgres.ts'
import * as inventory from '../inventory/service.ts'

/** What the shop knows of the lines that were asked for. */
export interface Quote {
  /** In the order asked for, priced. */
  lines: OrderLine[]
  /** SKUs that no product has. */
  unknown: string[]
}

/** Prices the lines and takes their stock, all or none, in the order's own transaction. */
export async function reserve(
  tx: Tx,
  wanted: readonly LineRequest[],
): Promise<Quote & { reserved: boolean }> {
  const { lines, reserved } = await inventory.reserve(tx, wanted)
  const known = new Set(lines.map(({ sku }) => sku))
  return { lines, reserved, unknown: wanted.map(({ sku }) => sku).filter((sku) => !known.has(sku)) }
}

/** Gives the stock of a cancelled order back, in the transaction that cancels it. */
export async function release(tx: Tx, lines: readonly LineRequest[]): Promise<void> {
  await inventory.release(tx, lines)
}
