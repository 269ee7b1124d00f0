import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { ProblemError } from '../contract/problems.ts'
import type { LineRequest, Order } from '../contract/schemas.ts'
import { duplicateSku } from './order-lines.ts'

/** What identifies one wish to order: who, under which key, and a digest of what was asked. */
export interface OrderRequest {
  id: string
  customer: string
  key: string
  hash: Buffer
}

/**
 * Checks the lines and gives the wish its id.
 * @throws ProblemError `invalid-request` when a SKU stands in two lines
 */
export function orderRequest(customer: string, key: string, lines: readonly LineRequest[]): OrderRequest {
  const twice = duplicateSku(lines)
  if (twice)
    throw new ProblemError('invalid-request', `${twice} stands in more than one line; add the quantities up`)
  return { id: uuidv7(), customer, key, hash: digest(lines) }
}

/** Two bodies that mean the same order have the same digest: line order counts, spelling of the JSON does not. */
function digest(lines: readonly LineRequest[]): Buffer {
  const text = lines.map(({ sku, quantity }) => `${sku}*${quantity}`).join(',')
  return createHash('sha256').update(text).digest()
}

/** The order that this key already made, as it now stands. */
export interface EarlierOrder {
  order: Order
  hash: Buffer
}

/**
 * What a call whose key is taken answers with.
 * @throws ProblemError `idempotency-key-reused` when the earlier call asked for something else
 */
export function sameWish(request: OrderRequest, earlier: EarlierOrder): Order {
  if (!request.hash.equals(earlier.hash)) {
    throw new ProblemError('idempotency-key-reused', 'Use a new Idempotency-Key for a new order')
  }
  return earlier.order
}
