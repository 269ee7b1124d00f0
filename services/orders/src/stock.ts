import { within } from '@shop/http/deadline.ts'
import type { Upstream } from '@shop/http/upstream.ts'
import type { OutgoingMessage } from '@shop/messaging/message.ts'
import { ProblemError } from '@shop/shared/contract/problems.ts'
import { type LineRequest, type OrderLine, Product } from '@shop/shared/contract/schemas.ts'
import { createAjv } from '@shop/shared/runtime/ajv.ts'
import type { Trace } from '@shop/shared/runtime/trace.ts'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import type { OrderFact } from './events.ts'
import type { Patience } from './service.ts'

/** What the shop knows of the lines that were asked for. */
export interface Quote {
  /** In the order asked for, priced. */
  lines: OrderLine[]
  /** SKUs that no product has. */
  unknown: string[]
}

/** Inventory's answer, as narrow as orders needs it: what else is in it is inventory's own business. */
const Quoted = Type.Object({
  items: Type.Array(Type.Object(Type.Pick(Product, ['sku', 'name', 'priceCents']).properties)),
})
const isQuoted = createAjv({ coerceTypes: false }).compile<Static<typeof Quoted>>(Quoted)

/** The longest that a question for prices may take, in milliseconds. */
const QUOTE_MS = 2_000

/** Prices the lines: one question over HTTP. Their stock is asked for by a fact, later. */
export async function quote(
  inventory: Upstream,
  wanted: readonly LineRequest[],
  { trace, waitSeconds, deadline, signal }: Patience,
): Promise<Quote> {
  const { status, body } = await inventory.call({
    method: 'GET',
    path: `/internal/quotes?${wanted.map(({ sku }) => `sku=${sku}`).join('&')}`,
    headers: { traceparent: trace.traceparent, 'x-request-id': trace.requestId },
    repeatable: true,
    held: waitSeconds > 0,
    deadline: Math.min(deadline, within(QUOTE_MS)),
    signal,
  })
  if (status !== 200) throw new ProblemError('unavailable', `inventory quotes with ${status}`)
  const products = new Map(readQuotes(body).map((item) => [item.sku, item]))
  const lines = wanted.flatMap(({ sku, quantity }) => {
    const product = products.get(sku)
    return product ? [{ sku, name: product.name, quantity, unitPriceCents: product.priceCents }] : []
  })
  return { lines, unknown: wanted.map(({ sku }) => sku).filter((sku) => !products.has(sku)) }
}

/** @throws ProblemError `unavailable` for anything else than quotes, each product once: no order is made of a guess */
function readQuotes(body: Buffer): Static<typeof Quoted>['items'] {
  const answer = parsed(body)
  const isRight = isQuoted(answer) && new Set(answer.items.map(({ sku }) => sku)).size === answer.items.length
  if (!isRight) throw new ProblemError('unavailable', 'inventory answered with something else than quotes')
  return answer.items
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** The fact that asks inventory to take the stock of all lines, or of none. */
export function orderPlaced(orderId: string, lines: LineRequest[], trace: Trace): OutgoingMessage {
  const fact: OrderFact = { topic: 'order.placed', payload: { version: 1, orderId, lines } }
  return { id: uuidv7(), topic: fact.topic, payload: JSON.stringify(fact.payload), trace }
}
