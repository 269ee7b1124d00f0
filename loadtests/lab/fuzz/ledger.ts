import { type Operation, operationAt } from './document.ts'
import type { Draft } from './draft.ts'
import { header } from './mutations/mutation.ts'
import type { WireAnswer } from './wire.ts'

/** What a stack has agreed to. Whatever else its databases hold is the effect of a call that it refused. */
export type Ledger = {
  /** By Idempotency-Key: `FUZZ-1*5`. */
  restocks: Map<string, string>
  orders: Set<string>
  cancels: Set<string>
  /** By SKU, every `name*priceCents` that it was given. */
  products: Map<string, Set<string>>
  /** Keys, ids and SKUs of calls that were not answered: each may have had its effect or not. */
  lost: Set<string>
}

export const createLedger = (): Ledger => ({
  restocks: new Map(),
  orders: new Set(),
  cancels: new Set(),
  products: new Map(),
  lost: new Set(),
})

export const noteRestock = ({ restocks }: Ledger, key: string, sku: string, quantity: number) =>
  restocks.set(key, `${sku}*${quantity}`)
export const noteOrder = ({ orders }: Ledger, id: string) => orders.add(id)
export function noteProduct({ products }: Ledger, { sku, name, priceCents }: Product): void {
  products.set(sku, (products.get(sku) ?? new Set()).add(`${name}*${priceCents}`))
}

type Product = { sku: string; name: string; priceCents: number }
type Body = { id?: string; order?: { id: string } } & Product

/** Enters what an answer agrees to. @param body parsed, where it is JSON */
export function note(
  ledger: Ledger,
  operations: Operation[],
  draft: Draft,
  answer: WireAnswer,
  body: unknown,
): void {
  const operation = operationAt(operations, draft.method, draft.target)?.id
  const key = header(draft, 'idempotency-key') ?? ''
  const [, , name = ''] = draft.target.split(/[/?]/)
  if (!answer) {
    for (const it of [key, name]) ledger.lost.add(it)
    return
  }
  const { id, order, ...product } = (body ?? {}) as Body
  if (operation === 'placeOrder' && (id ?? order)) noteOrder(ledger, id ?? order!.id)
  if (answer.status >= 300) return
  if (operation === 'putProduct') noteProduct(ledger, product)
  if (operation === 'cancelOrder' && id) ledger.cancels.add(id)
  if (operation === 'restockProduct') noteRestock(ledger, key, product.sku, quantityIn(draft))
}

function quantityIn({ body }: Draft): number {
  try {
    // A byte order mark before JSON may be taken for nothing.
    const text = String(body).replace(/^\ufeff/, '')
    return Number((JSON.parse(text) as { quantity: unknown }).quantity)
  } catch {
    return Number.NaN
  }
}
