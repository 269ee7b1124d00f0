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
      const { method, path, caller, ...rest } = requestOf(call)
      const token = caller && (await tokenOf(caller))
      const { status, body } = await callShop(method, `${url}${path}`, { ...rest, token, dispatcher: pool })
      return answerOf(status, body as Body)
    },
    close: () => pool.close(),
  }
}

type ShopOrder = Pick<Order, 'id' | 'status' | 'lines'> & {
  totalCents: number
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
  if (body.items) return { items: body.items.map((item) => viewOf(item as Body)), next: body.next }
  return body.status ? orderView(body as ShopOrder) : body
}

/** An order without its moments, which are held against its status here. */
function orderView({ id, status, lines, totalCents, settledAt, cancelledAt }: ShopOrder) {
  const view = { id, status, lines, totalCents }
  const isWhole =
    (cancelledAt !== null) === (status === 'cancelled') &&
    (status === 'cancelled' || (settledAt !== null) === (status !== 'pending'))
  return isWhole ? view : { ...view, settledAt, cancelledAt }
}
