import { call } from '../../client.ts'
import type { Attempt, Entry, History, Outcome, SeenOrder } from '../history/history.ts'
import type { Balancer } from './balancer.ts'
import type { Operation } from './schedule.ts'

/** How long an attempt may take, beyond what it asks the shop to wait. */
const ATTEMPT_MS = 4_000
/** Nothing was sent. */
const REFUSED = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'])

type Caller = {
  balancer: Balancer
  history: History
  tokenOf: (subject: string) => string
  /** How patient it is, in milliseconds. Default 4000: less than callers should be, so that answers get lost. */
  attemptMs?: number
}
type Body = { type?: string; order?: SeenOrder; id?: string; status?: string; items?: unknown[] } & {
  available?: number
}

/** Makes one attempt at an operation, and notes it in the history. An address that refuses is passed over for the next. */
export async function attemptOperation(
  entry: Entry,
  { balancer, history, tokenOf, attemptMs = ATTEMPT_MS }: Caller,
  timeoutMs = attemptMs,
): Promise<Attempt> {
  const { operation } = entry
  const { method, path, body } = requestOf(entry)
  const urls = balancer.order()
  const attempt = history.sent(entry, urls[0] ?? 'nobody')
  const waits = operation.prefer ? Number(operation.prefer.split('=')[1]) * 1000 : 0
  const signal = AbortSignal.timeout(timeoutMs + waits)
  let outcome: Outcome = { kind: 'failed', reason: 'no address is ready' }
  for (const url of urls) {
    try {
      const { key, prefer, subject } = operation
      const options = { token: tokenOf(subject), key, prefer, body, dispatcher: balancer.agent, signal }
      const answer = await call<Body>(method, `${url}${path}`, options)
      outcome = { kind: 'answered', status: answer.status, ...readBody(answer.status, answer.body) }
      const pause = Number(answer.headers['retry-after'])
      if (pause > 0) outcome.retryAfterMs = pause * 1000
    } catch (error) {
      outcome = lost(error as NodeJS.ErrnoException)
    }
    if (outcome.kind !== 'failed') break
    balancer.refused(url)
  }
  history.ended(entry, attempt, outcome)
  return attempt
}

function requestOf({ operation, orderId }: Entry): { method: 'GET' | 'POST'; path: string; body?: unknown } {
  const { endpoint, sku, quantity, lines } = operation
  switch (endpoint) {
    case 'placeOrder':
      return { method: 'POST', path: '/orders', body: { lines } }
    case 'cancelOrder':
      return { method: 'POST', path: `/orders/${orderId}/cancel` }
    case 'restockProduct':
      return { method: 'POST', path: `/products/${sku}/restock`, body: { quantity } }
    case 'getOrder':
      return { method: 'GET', path: `/orders/${orderId}` }
    case 'listOrders':
      return { method: 'GET', path: '/orders?limit=20' }
    case 'getProduct':
      return { method: 'GET', path: `/products/${sku}` }
    case 'listProducts':
      return { method: 'GET', path: '/products?limit=20' }
  }
}

/** What of an answer the verdict needs. */
function readBody(
  status: number,
  body: Body,
): { problem?: string; orders?: SeenOrder[]; available?: number } {
  if (status >= 300) {
    return { problem: body.type?.split(':').at(-1), ...(body.order && { orders: [seen(body.order)] }) }
  }
  const things = (body.items ?? [body]) as Body[]
  const orders = things.filter(({ id, status: state }) => id && state).map((it) => seen(it as SeenOrder))
  const available = things.map((it) => it.available).filter((it) => it !== undefined)
  return {
    ...(orders.length > 0 && { orders }),
    ...(available.length > 0 && { available: Math.min(...available) }),
  }
}

const seen = ({ id, status }: SeenOrder): SeenOrder => ({ id, status })

function lost(error: NodeJS.ErrnoException): Outcome {
  const reason = [error.code, error.message].filter(Boolean).join(': ')
  return { kind: REFUSED.has(error.code ?? '') ? 'failed' : 'unknown', reason }
}

export type { Caller, Operation }
