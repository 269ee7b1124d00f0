import type { Call } from './call.ts'

/** An id that no order has. */
export const UNKNOWN_ID = '01890000-0000-7000-8000-000000000000'

/** The id of the order that a wish will make, before it is known: each stack gives it another. */
export const wishId = (wish: number | undefined) => (wish === undefined ? UNKNOWN_ID : `#${wish}`)

/** The call with ids in place of references; where a wish has made no order, an id that no order has. */
export function withIds(call: Call, idOf: (wish: number) => string | undefined): Call {
  const resolved = (id: string) => (id.startsWith('#') ? (idOf(Number(id.slice(1))) ?? UNKNOWN_ID) : id)
  if (call.do === 'cancel' || call.do === 'readOrder') return { ...call, id: resolved(call.id) }
  if (call.do === 'listOrders' && call.after !== undefined) return { ...call, after: resolved(call.after) }
  return call
}
