import type { Endpoint } from '../result.ts'

/** Endpoints in the order of the matrix, those that change something first. */
export const ENDPOINTS: { endpoint: Endpoint; title: string }[] = [
  { endpoint: 'placeOrder', title: 'order' },
  { endpoint: 'cancelOrder', title: 'cancel' },
  { endpoint: 'restockProduct', title: 'restock' },
  { endpoint: 'getOrder', title: 'one order' },
  { endpoint: 'listOrders', title: 'own orders' },
  { endpoint: 'getProduct', title: 'product' },
  { endpoint: 'listProducts', title: 'products' },
]

/** A time as a person reads it: `340 ms`, `2.1 s`, `74 s`. */
export function timeAfter(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}

/** `1`, `12,582`. */
export const countText = (count: number) => count.toLocaleString('en-US')

/** A share that must not look like nothing when it is not: `<1%`, `12%`. */
export const percent = (share: number) => (share > 0 && share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`)
