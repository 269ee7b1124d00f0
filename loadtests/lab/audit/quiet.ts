import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { queueDepths } from '../stacks/namespace.ts'
import type { StackAmqp } from '../stacks/stack.ts'
import type { Check } from './check.ts'
import type { Sessions } from './sessions.ts'

const LOOK_AGAIN_MS = 50

/** What is still under way; `dead` is not, but tells whether dead letters have arrived. */
type UnderWay = {
  pending: number
  unreleased: number
  unsent: number
  queued: number
  dead: number
  queues: Check[]
}

/**
 * Waits until nothing is under way: no order pending or waiting for its release, no message in an outbox or a queue,
 * and at least as many dead letters as expected.
 * @param withinMs gives up after this, which the checks then tell
 * @returns the checks of the queues, none where there is no broker
 */
export async function untilQuiet(
  { orders, inventory }: Sessions,
  amqp: StackAmqp | undefined,
  expectedDead: number,
  withinMs: number,
): Promise<Check[]> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const now = await look(orders, inventory, amqp, expectedDead)
    const { pending, unreleased, unsent, queued, dead, queues } = now
    const isQuiet = pending + unreleased + unsent + queued === 0 && dead >= expectedDead
    if (isQuiet || Date.now() > deadline) return queues
    await delay(LOOK_AGAIN_MS)
  }
}

async function look(
  orders: Client,
  inventory: Client,
  amqp: StackAmqp | undefined,
  expectedDead: number,
): Promise<UnderWay> {
  const pending = await count(orders, `from orders where status = 'pending'`)
  if (!amqp) return { pending, unreleased: 0, unsent: 0, queued: 0, dead: expectedDead, queues: [] }
  const unreleased = await count(orders, `from orders where status = 'cancelled' and released_at is null`)
  const unsent = (await count(orders, 'from outbox')) + (await count(inventory, 'from outbox'))
  const { work, dead } = await queueDepths(amqp)
  const queues = [
    queueCheck('I5 queues are empty', work, 0),
    queueCheck('I5 dead letters are the poison that was sent', dead, expectedDead),
  ]
  return { pending, unreleased, unsent, queued: sum(work), dead: sum(dead), queues }
}

async function count(client: Client, from: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) ${from}`)
  return Number(rows[0]!.count)
}

const sum = (depths: Map<string, number | undefined>) =>
  [...depths.values()].reduce<number>((total, it) => total + (it ?? 0), 0)

function queueCheck(name: string, depths: Map<string, number | undefined>, expected: number): Check {
  const told = [...depths].map(([queue, depth]) =>
    depth === undefined ? `${queue} does not exist` : `${queue} holds ${depth}`,
  )
  const exist = [...depths.values()].every((depth) => depth !== undefined)
  return {
    name,
    ok: exist && sum(depths) === expected,
    detail: told.join(', ') + (expected > 0 ? `, expected ${expected}` : ''),
  }
}
