import type { LineRequest, Status } from './shop.ts'

export type Caller = { sub: string; role: 'customer' | 'admin' }

/** One call of the contract. Order ids may be references (`#3`, see references.ts) until it is known what they stand for. */
export type Call =
  | { do: 'put'; caller: Caller; sku: string; name: string; priceCents: number }
  | { do: 'restock'; caller: Caller; key: string; sku: string; quantity: number }
  | { do: 'place'; caller: Caller; key: string; lines: LineRequest[]; wait: boolean; wish: number }
  | { do: 'cancel'; caller: Caller; id: string }
  | { do: 'readOrder'; caller: Caller; id: string }
  | { do: 'listOrders'; caller: Caller; limit: number; after?: string }
  | { do: 'readProduct'; sku: string }
  | { do: 'listProducts'; limit: number; after: string }

/** What is compared of an order: all but its moments, which no model can know. */
export type OrderView = {
  id: string
  status: Status
  lines: (LineRequest & { name: string; unitPriceCents: number })[]
  totalCents: number
}

/** What is compared of an answer. `problem` is the last part of the problem's type; `body` may be the order that it is about. */
export type Answer = { status: number; problem?: string; body?: unknown }

/** The id of the order that an answer is about; some text that is no id where it is about none. */
export const idIn = ({ body }: Answer): string => (body as { id?: string } | undefined)?.id ?? 'none'

/** One call and what came back. */
export type Told = { call: Call; answer: Answer }

/** How a call is made over HTTP. `key` is the Idempotency-Key. */
export type Request = {
  method: 'GET' | 'PUT' | 'POST'
  path: string
  caller?: Caller
  key?: string
  prefer?: string
  body?: unknown
}

/** Longer than any order needs to settle, and shorter than the client waits. */
const WAIT = 'wait=8'

export function requestOf(call: Call): Request {
  switch (call.do) {
    case 'put': {
      const { caller, sku, name, priceCents } = call
      return { method: 'PUT', path: `/products/${sku}`, caller, body: { name, priceCents } }
    }
    case 'restock': {
      const { caller, key, sku, quantity } = call
      return { method: 'POST', path: `/products/${sku}/restock`, caller, key, body: { quantity } }
    }
    case 'place': {
      const { caller, key, lines, wait } = call
      return { method: 'POST', path: '/orders', caller, key, body: { lines }, ...(wait && { prefer: WAIT }) }
    }
    case 'cancel':
      return { method: 'POST', path: `/orders/${call.id}/cancel`, caller: call.caller }
    case 'readOrder':
      return { method: 'GET', path: `/orders/${call.id}`, caller: call.caller }
    case 'listOrders': {
      const after = call.after === undefined ? '' : `&after=${call.after}`
      return { method: 'GET', path: `/orders?limit=${call.limit}${after}`, caller: call.caller }
    }
    case 'readProduct':
      return { method: 'GET', path: `/products/${call.sku}` }
    case 'listProducts':
      return { method: 'GET', path: `/products?limit=${call.limit}&after=${call.after}` }
  }
}
