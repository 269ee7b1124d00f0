import { randomBytes } from 'k6/crypto'
import encoding from 'k6/encoding'
import http, { type RefinedResponse } from 'k6/http'
import { BASE_URL } from './settings.ts'

export type Answer = RefinedResponse<'text'>
export type Line = { sku: string; quantity: number }
export type Order = { id: string; status: 'pending' | 'confirmed' | 'rejected' | 'cancelled'; lines: Line[] }
export type Product = { sku: string; name: string; priceCents: number; available: number }
export type Page<T> = { items: T[]; next: string | null }

// One function a call of the contract. Each names itself, so that k6 counts `/orders/1` and `/orders/2` as one.

export const listProducts = (limit = 20, after = '') =>
  http.get(`${BASE_URL}/products?limit=${limit}${after && `&after=${after}`}`, as('list products'))

export const readProduct = (sku: string) => http.get(`${BASE_URL}/products/${sku}`, as('read product'))

export const putProduct = (token: string, sku: string, draft: { name: string; priceCents: number }) =>
  http.put(`${BASE_URL}/products/${sku}`, JSON.stringify(draft), as('put product', token, json))

export const restock = (token: string, sku: string, quantity: number) =>
  http.post(
    `${BASE_URL}/products/${sku}/restock`,
    JSON.stringify({ quantity }),
    as('restock', token, { ...json, ...freshKey() }),
  )

/**
 * Places an order, under a fresh key unless one is given.
 * @param waitSeconds ask for the answer when the order has settled; without it, as soon as it is accepted
 * @param patienceSeconds give up after this; the order may exist or not then
 */
export function placeOrder(
  token: string,
  lines: Line[],
  { waitSeconds = 0, patienceSeconds = 60, key = '' } = {},
): Answer {
  const prefer: Record<string, string> = waitSeconds > 0 ? { Prefer: `wait=${waitSeconds}` } : {}
  const headers = { ...json, ...(key ? { 'Idempotency-Key': key } : freshKey()), ...prefer }
  const parameters = { ...as('place order', token, headers), timeout: `${patienceSeconds}s` }
  return http.post(`${BASE_URL}/orders`, JSON.stringify({ lines }), parameters)
}

export const readOrder = (token: string, id: string) =>
  http.get(`${BASE_URL}/orders/${id}`, as('read order', token))

export const listOrders = (token: string, after = '') =>
  http.get(`${BASE_URL}/orders?limit=100${after && `&after=${after}`}`, as('list orders', token))

export const cancelOrder = (token: string, id: string) =>
  http.post(`${BASE_URL}/orders/${id}/cancel`, null, as('cancel order', token))

/** The body of an answer. */
export function bodyOf<T>(answer: Answer): T {
  if (!answer.body) throw new Error(`${answer.url} gave no answer: ${answer.error}. Is the stack up?`)
  return answer.json() as T
}

/**
 * The SKUs of the catalogue. For `setup()`.
 * @param inStock leave out those of which less is available, such as what the smoke test and the hot product left
 */
export function allSkus({ inStock = 0 } = {}): string[] {
  const skus: string[] = []
  for (let after: string | null = ''; after !== null; ) {
    const page: Page<Product> = bodyOf(listProducts(100, after))
    skus.push(...page.items.filter(({ available }) => available >= inStock).map(({ sku }) => sku))
    after = page.next
  }
  if (skus.length === 0)
    throw new Error(`${BASE_URL} has nothing to sell, or no more: seed it, by npm run up`)
  return skus
}

const freshKey = () => ({ 'Idempotency-Key': encoding.b64encode(randomBytes(16), 'rawurl') })

const json = { 'Content-Type': 'application/json' }

function as(name: string, token?: string, headers: Record<string, string> = {}) {
  const bearer: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {}
  return { tags: { name }, headers: { ...bearer, ...headers }, responseType: 'text' as const }
}
