import type { LineRequest, Order } from '@shop/shared/contract/schemas.ts'
import { type Pool, transaction } from '@shop/shared/runtime/postgres.ts'
import { v7 as uuidv7 } from 'uuid'
import { reserveStock } from '../../monolith/src/modules/inventory/repository.ts'
import { insertOrder } from '../../monolith/src/modules/orders/repository.ts'

/** Nobody repeats a call here, so that nobody compares digests. */
const NO_DIGEST = Buffer.alloc(32)

/** The statements by which the monolith places an order, in one transaction, and no rule of the shop beside them. */
export async function placeBarely(
  pool: Pool,
  customer: string,
  key: string,
  wanted: LineRequest[],
): Promise<Order | undefined> {
  return transaction(pool, async (tx) => {
    const { lines, reserved } = await reserveStock(tx, wanted)
    const request = { id: uuidv7(), customer, key, hash: NO_DIGEST }
    return insertOrder(tx, request, lines, reserved ? 'confirmed' : 'rejected')
  })
}
