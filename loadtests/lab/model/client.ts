import { signToken } from '@shop/shared/runtime/auth.ts'
import { Pool } from 'undici'
import { call as callShop } from '../client.ts'
import { type Answer, type Call, type Caller, requestOf } from './call.ts'
import type { Order } from './shop.ts'

/** Makes calls and reads from the answers what is compared. */
export type Client = { ask(call: Call): Promise<Answer>; close(): Promise<void> }

/** More clients than ever act at once. */
const CONNECTIONS = 8

/** A client of a stack. @param url public base URL @param secret AUTH_SECRET of the stack */
export function createClient(url: string, secret: string): Client {
  const pool = new Pool(url, { connections: CONNECTIONS })
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = ({ sub, role }: Caller) => {
    const token = tokens.get(sub) ?? signToken(secret, { sub, role }, '6h')
    tokens.set(sub, token)
    return token
  }
  return {
    async ask(call) {
      const { method, path, caller, ...rest } = requestOf(withBareIds(call))
      const token = caller && (await tokenOf(caller))
      const { status, body } = await callShop(method, `${url}${path}`, { ...rest, token, dispatcher: pool })
      return answerOf(status, body as Body)
    },
    close: () => pool.close(),
  }
}

/** To the model an order's id begins with its moment: so ids are in the order of lists. */
const withMoment = ({ createdAt, id }: Pick<ShopOrder, 'createdAt' | 'id'>) => `${createdAt} ${id}`
const bare = (id: string) => id.split(' ').at(-1)!

function withBareIds(call: Call): Call {
  if (call.do === 'cancel' || call.do === 'readOrder') return { ...call, id: bare(call.id) }
  if (call.do === 'listOrders' && call.after) return { ...call, after: bare(call.after) }
  return call
}

type ShopOrder = Pick<Order, 'id' | 'status' | 'lines'> & {
  totalCents: number
  createdAt: string
  settledAt: string | null
  cancelledAt: string | null
}
type Body = { type?: string; order?: ShopOrder; items?: unknown[]; next?: string | null } & Partial<ShopOrder>

function answerOf(status: number, body: Body): Answer {
  if (status < 400) return { status, body: viewOf(body) }
  const problem = body.type?.split(':').at(-1)
  return { status, problem, ...(body.order && { body: viewOf(body.order) }) }
}

function viewOf(body: Body): unknown {
  if (body.items) return pageView(body.items as Body[], body.next)
  return body.status ? orderView(body as ShopOrder) : body
}

function pageView(items: Body[], next?: string | null) {
  const last = items.at(-1)
  const isOrder = last?.status && next === last.id
  return { items: items.map(viewOf), next: isOrder ? withMoment(last as ShopOrder) : next }
}

/** An order without its other moments, which are held against its status here. */
function orderView({ id, createdAt, status, lines, totalCents, settledAt, cancelledAt }: ShopOrder) {
  const view = { id: withMoment({ createdAt, id }), status, lines, totalCents }
  const isWhole =
    (cancelledAt !== null) === (status === 'cancelled') &&
    (status === 'cancelled' || (settledAt !== null) === (status !== 'pending'))
  return isWhole ? view : { ...view, settledAt, cancelledAt }
}
