import { untilQuiet } from '../audit/quiet.ts'
import { runK6 } from '../compare/k6-run.ts'
import type { LoadFigures } from '../compare/k6-summary.ts'
import { scenarios } from '../compare/scenarios.ts'
import type { Bench, Subject } from './bench.ts'

/** Half of its buyers wait until their order has settled, so that the trace of theirs tells how long that took. */
const CHECKOUT = scenarios.find(({ name }) => name === 'checkout')!
const AT_REST_WITHIN_MS = 30_000

export type LoadOptions = { rate: number; seconds: number; seed: number }

/** Loads one of the bench's stacks by checkouts, and waits until all that were placed have settled. */
export async function loadSubject(
  { infra, secret }: Bench,
  { stack, sessions }: Subject,
  load: LoadOptions,
): Promise<LoadFigures> {
  const figures = await runK6({ ...load, scenario: CHECKOUT, url: stack.url, secret }, infra.dir)
  await untilQuiet(sessions, stack.amqp, 0, AT_REST_WITHIN_MS)
  return figures
}

/** How many of its orders have settled. */
export async function settledOrders({ sessions }: Subject): Promise<number> {
  const text = `select count(*)::int as count from orders where status <> 'pending'`
  const { rows } = await sessions.orders.query<{ count: number }>(text)
  return rows[0]!.count
}
