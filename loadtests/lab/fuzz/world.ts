import { forgeToken, goodClaims } from '@shop/shared/testing/tokens.ts'
import { type Answer, call } from '../client.ts'
import type { Stack } from '../stacks/stack.ts'
import { ORDER_KINDS, type Tokens } from './draft.ts'
import { createLedger, type Ledger, noteOrder, noteProduct, noteRestock } from './ledger.ts'

export const SKUS = ['FUZZ-1', 'FUZZ-2', 'FUZZ-3', 'FUZZ-4', 'FUZZ-5']
export const EMPTY_SKU = 'FUZZ-0'
/** More than all orders of a run can ask for. */
const STOCK = 1_000_000

/** A stack that has something to be asked for. */
export type World = {
  stack: Stack
  /** Ids of orders by kind, as `ORDER_KINDS` counts them. */
  orders: Record<string, string[]>
  /** What the stack has agreed to so far. */
  ledger: Ledger
}

/** Tokens by what they are: those of callers, and those that nobody may get in with. */
export function makeTokens(secret: string): Tokens {
  const now = Math.floor(Date.now() / 1000)
  const ada = goodClaims('fuzz-ada', 'customer')
  return {
    customer: forgeToken(secret, { ...ada, exp: now + 86_400 }),
    admin: forgeToken(secret, { ...goodClaims('fuzz-root', 'admin'), exp: now + 86_400 }),
    stranger: forgeToken(secret, { ...goodClaims('fuzz-eve', 'customer'), exp: now + 86_400 }),
    expired: forgeToken(secret, { ...ada, exp: now - 3_600 }),
    'foreign secret': forgeToken('another secret of more than 32 bytes', ada),
    'alg none': forgeToken(secret, goodClaims('fuzz-root', 'admin'), 'none'),
    'alg HS512': forgeToken(secret, ada, 'HS512'),
    'another audience': forgeToken(secret, { ...ada, aud: 'another-shop' }),
    'no role': forgeToken(secret, { ...ada, role: undefined }),
    'wrong role': forgeToken(secret, { ...ada, role: 'root' }),
  }
}

/** Gives a stack products, stock and orders of each kind, through its public API. */
export async function createWorld(stack: Stack, tokens: Tokens): Promise<World> {
  const ledger = createLedger()
  const ask = async (method: 'PUT' | 'POST', path: string, options: Parameters<typeof call>[2]) => {
    const answer = (await call(method, `${stack.url}${path}`, options)) as Answer<Body>
    if (answer.status < 300 || answer.status === 409) return answer.body
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  }
  for (const sku of [EMPTY_SKU, ...SKUS]) {
    const draft = { name: 'Mug', priceCents: 1_250 }
    noteProduct(ledger, { sku, ...draft })
    await ask('PUT', `/products/${sku}`, { token: tokens.admin, body: draft })
    if (sku === EMPTY_SKU) continue
    const key = `world-${sku}`
    noteRestock(ledger, key, sku, STOCK)
    await ask('POST', `/products/${sku}/restock`, { token: tokens.admin, key, body: { quantity: STOCK } })
  }
  const place = async (kind: string, i: number): Promise<string> => {
    const sku = kind === 'rejected' ? EMPTY_SKU : SKUS[i % SKUS.length]
    const { id, order } = await ask('POST', '/orders', {
      token: kind === 'foreign' ? tokens.stranger : tokens.customer,
      key: `world-${kind}-${i}`,
      prefer: 'wait=8',
      body: { lines: [{ sku, quantity: 1 + i }] },
    })
    const made = id ?? order!.id
    noteOrder(ledger, made)
    if (kind !== 'cancelled') return made
    ledger.cancels.add(made)
    await ask('POST', `/orders/${made}/cancel`, { token: tokens.customer })
    return made
  }
  const orders: Record<string, string[]> = {}
  for (const [kind, count] of Object.entries(ORDER_KINDS)) {
    orders[kind] = await Promise.all(Array.from({ length: count }, (_, i) => place(kind, i)))
  }
  return { stack, orders, ledger }
}

type Body = { id?: string; order?: { id: string } }
