import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { signToken } from '@shop/shared/runtime/auth.ts'
import type { OrderCounts } from '../audit/answered.ts'
import { call } from '../client.ts'
import { RECOVERS_WITHIN_MS } from './rules.ts'

const AGAIN_MS = 100
const WAIT_SECONDS = 2
const ANSWER_WITHIN_MS = 5_000

/**
 * Places one order after another until one has settled.
 * @param url public base URL of the stack
 * @param moment when the load ended, in milliseconds since 1970
 * @param counts the orders that were asked for are added to these
 * @returns how long after the moment it had settled, in milliseconds; null when none has in 30 s
 */
export async function untilAnotherSettles(
  url: string,
  secret: string,
  sku: string,
  moment: number,
  counts: OrderCounts,
): Promise<number | null> {
  const token = await signToken(secret, { sub: 'probe', role: 'customer' }, '1h')
  while (Date.now() < moment + RECOVERS_WITHIN_MS) {
    const status = await order(url, token, sku)
    if (status === undefined) counts.lost++
    if (status === 201 || status === 202) counts.answered++
    if (status === 201) return Date.now() - moment
    await delay(AGAIN_MS)
  }
  return null
}

/** @returns the answer's status; undefined when there was none, or none that says whether the order exists */
async function order(url: string, token: string, sku: string): Promise<number | undefined> {
  try {
    const { status } = await call('POST', `${url}/orders`, {
      token,
      key: randomUUID(),
      prefer: `wait=${WAIT_SECONDS}`,
      body: { lines: [{ sku, quantity: 1 }] },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    return status >= 500 && status !== 503 ? undefined : status
  } catch {
    return undefined
  }
}
