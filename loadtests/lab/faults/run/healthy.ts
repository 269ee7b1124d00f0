import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import type { Stack } from '../../stacks/stack.ts'
import { attemptOperation, type Caller } from '../load/call-operation.ts'
import { isDefinite } from '../load/drive.ts'
import type { Operation } from '../load/schedule.ts'

/** A product and a customer that the load leaves alone. */
export const PROBE = { sku: 'PROBE', stock: 100_000, subject: 'probe' }
/** Operations of probes are numbered from here. */
export const FIRST_PROBE = 100_000

const WITHIN_MS = 30_000
const LOOK_AGAIN_MS = 25
const ANSWER_WITHIN_MS = 1_500

/**
 * Waits until every process that runs says that it is ready, and an order that is placed after that is confirmed.
 * @returns the milliseconds since `since`, a moment of the history; null when 30 s were not enough
 */
export async function untilHealthy(
  stack: Stack,
  caller: Caller,
  since: number,
  seed: number,
): Promise<number | null> {
  const { history } = caller
  const deadline = history.now() + WITHIN_MS
  for (let probe = 0; history.now() < deadline; probe++) {
    const ready = await Promise.all(stack.processes.map(({ url }) => isReady(url)))
    if (ready.every(Boolean) && (await isConfirmed(FIRST_PROBE + probe, caller, seed)))
      return Math.round(history.now() - since)
    await delay(LOOK_AGAIN_MS)
  }
  return null
}

async function isReady(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const { statusCode, body } = await request(`${url}/health/ready`, { reset: true, signal })
    await body.dump()
    return statusCode === 200
  } catch {
    return false
  }
}

async function isConfirmed(op: number, caller: Caller, seed: number): Promise<boolean> {
  const operation: Operation = {
    op,
    atMs: caller.history.now(),
    endpoint: 'placeOrder',
    subject: PROBE.subject,
    key: `probe-${seed}-${op}`,
    prefer: 'wait=1',
    lines: [{ sku: PROBE.sku, quantity: 1 }],
  }
  const entry = caller.history.add(operation)
  const attempt = await attemptOperation(entry, caller, ANSWER_WITHIN_MS)
  if (!isDefinite(attempt)) return false
  return attempt.outcome?.kind === 'answered' && attempt.outcome.orders?.[0]?.status === 'confirmed'
}
