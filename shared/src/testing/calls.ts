import assert from 'node:assert/strict'
import { type LineRequest, Order, OrderPage, Product, Stock } from '../contract/schemas.ts'
import { type Caller, type ContractContext, newAdmin, newKey, newSku } from './context.ts'
import { eventually } from './eventually.ts'
import { type Answer, type Sent, send } from './http.ts'
import { assertMatches } from './matches.ts'

/** Long enough for any order to settle, in seconds. */
const WAIT_S = 10

/** Checks the status and shape of a good answer, and returns its body. */
export function expectBody<T>(answer: Answer, statuses: readonly number[], schema: object): T {
  assert.ok(
    statuses.includes(answer.status),
    `${answer.status} where ${statuses.join(' or ')} belongs: ${answer.text}`,
  )
  assertMatches(schema, answer.body)
  return answer.body as T
}

/** A product that no run has seen before, with this much stock. Returns its SKU. */
export async function newProduct(
  context: ContractContext,
  stock: number,
  draft = { name: 'A mug', priceCents: 1_250 },
): Promise<string> {
  const sku = newSku()
  const { token } = newAdmin(context)
  expectBody<Product>(await send(context, 'PUT', `/products/${sku}`, { token, json: draft }), [201], Product)
  if (stock > 0) expectBody<Stock>(await restock(context, sku, stock), [200], Stock)
  return sku
}

/** Restocks a product, by default under a fresh key of a fresh administrator. */
export function restock(
  context: ContractContext,
  sku: string,
  quantity: unknown,
  { key = newKey(), admin = newAdmin(context) }: { key?: string; admin?: Caller } = {},
): Promise<Answer> {
  const headers = { 'idempotency-key': key }
  return send(context, 'POST', `/products/${sku}/restock`, {
    token: admin.token,
    headers,
    json: { quantity },
  })
}

export async function readProduct(context: ContractContext, sku: string): Promise<Product> {
  return expectBody(await send(context, 'GET', `/products/${sku}`), [200], Product)
}

/** Waits until a product's stock is this. */
export async function stockBecomes(context: ContractContext, sku: string, expected: number): Promise<void> {
  await eventually(async () =>
    assert.equal((await readProduct(context, sku)).available, expected, `stock of ${sku}`),
  )
}

export interface PlaceOptions {
  key?: string
  /** The `Prefer` header; by default to wait until the order has settled. `null` leaves it out. */
  prefer?: string | null
  headers?: Record<string, string>
}

/** Asks for an order and returns the answer, whatever it is. */
export function place(
  context: ContractContext,
  customer: Caller,
  lines: unknown,
  { key = newKey(), prefer = `wait=${WAIT_S}`, headers }: PlaceOptions = {},
): Promise<Answer> {
  return send(context, 'POST', '/orders', {
    token: customer.token,
    headers: { 'idempotency-key': key, ...(prefer !== null && { prefer }), ...headers },
    json: { lines },
  })
}

/** Places an order that must be confirmed. */
export async function buy(
  context: ContractContext,
  customer: Caller,
  lines: readonly LineRequest[],
  options?: PlaceOptions,
): Promise<Order> {
  const order = expectBody<Order>(await place(context, customer, lines, options), [201], Order)
  assert.equal(order.status, 'confirmed')
  return order
}

export async function readOrder(context: ContractContext, caller: Caller, id: string): Promise<Order> {
  return expectBody(await send(context, 'GET', `/orders/${id}`, { token: caller.token }), [200], Order)
}

/** One page of the caller's orders. @param query such as `?limit=3` */
export async function listOrders(context: ContractContext, caller: Caller, query = ''): Promise<OrderPage> {
  return expectBody(await send(context, 'GET', `/orders${query}`, { token: caller.token }), [200], OrderPage)
}

export const cancel = (context: ContractContext, caller: Caller, id: string, sent?: Sent): Promise<Answer> =>
  send(context, 'POST', `/orders/${id}/cancel`, { token: caller.token, ...sent })

/** Cancels an order that can be. */
export async function cancelled(context: ContractContext, caller: Caller, id: string): Promise<Order> {
  const order = expectBody<Order>(await cancel(context, caller, id), [200], Order)
  assert.equal(order.status, 'cancelled')
  return order
}

/** Waits until an order has this status. */
export async function orderBecomes(
  context: ContractContext,
  caller: Caller,
  id: string,
  status: Order['status'],
): Promise<Order> {
  return eventually(async () => {
    const order = await readOrder(context, caller, id)
    assert.equal(order.status, status)
    return order
  })
}
