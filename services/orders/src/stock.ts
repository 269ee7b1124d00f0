import { type Deadline, within } from '@shop/http/deadline.ts'
import type { Upstream } from '@shop/http/upstream.ts'
import type { OutgoingMessage } from '@shop/messaging/message.ts'
import { ProblemError } from '@shop/shared/contract/problems.ts'
import type { LineRequest, OrderLine } from '@shop/shared/contract/schemas.ts'
import type { Trace } from '@shop/shared/runtime/trace.ts'
import { v7 as uuidv7 } from 'uuid'
import type { OrderFact } from './events.ts'

/** What the shop knows of the lines that were asked for. */
export interface Quote {
  /** In the order asked for, priced. */
  lines: OrderLine[]
  /** SKUs that no product has. */
  unknown: string[]
}

/** Inventory's answer, as narrow as orders needs it. */
type Quoted = { items: { sku: string; name: string; priceCents: number }[] }

/** The longest that a question for prices may take, in milliseconds. */
const QUOTE_MS = 2_000

/**
 * Prices the lines: one question over HTTP. Their stock is asked for by a fact, later.
 * @param deadline when the caller of orders must have been answered
 */
export async function quote(
  inventory: Upstream,
  wanted: readonly LineRequest[],
  trace: Trace,
  deadline: Deadline,
): Promise<Quote> {
  const { status, body } = await inventory.call({
    method: 'GET',
    path: `/internal/quotes?${wanted.map(({ sku }) => `sku=${sku}`).join('&')}`,
    headers: { traceparent: trace.traceparent, 'x-request-id': trace.requestId },
    repeatable: true,
    deadline: Math.min(deadline, within(QUOTE_MS)),
  })
  if (status !== 200) throw new ProblemError('unavailable')
  const { items } = JSON.parse(body.toString()) as Quoted
  const products = new Map(items.map((item) => [item.sku, item]))
  const lines = wanted.flatMap(({ sku, quantity }) => {
    const product = products.get(sku)
    return product ? [{ sku, name: product.name, quantity, unitPriceCents: product.priceCents }] : []
  })
  return { lines, unknown: wanted.map(({ sku }) => sku).filter((sku) => !products.has(sku)) }
}

/** The fact that asks inventory to take the stock of all lines, or of none. */
export function orderPlaced(orderId: string, lines: LineRequest[], trace: Trace): OutgoingMessage {
  const fact: OrderFact = { topic: 'order.placed', payload: { version: 1, orderId, lines } }
  return { id: uuidv7(), topic: fact.topic, payload: JSON.stringify(fact.payload), trace }
}
