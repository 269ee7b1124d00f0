import { untilQuiet } from '../audit/quiet.ts'
import { openSessions } from '../audit/sessions.ts'
import type { Rung } from './rung.ts'

const WITHIN_MS = 30_000

type Stored = Pick<Rung, 'databases' | 'amqp'>

/** Resolves when no order and no message is under way; after 30 s in any case, as the audit will tell. */
export async function untilAtRest({ databases, amqp }: Stored): Promise<void> {
  // Without messages an order has settled when it is answered, and looking would only cost PostgreSQL time.
  if (!amqp) return
  const sessions = await openSessions(databases)
  try {
    await untilQuiet(sessions, amqp, 0, WITHIN_MS)
  } finally {
    await Promise.all(sessions.all.map((client) => client.end()))
  }
}

/** How many orders have settled since the databases were made. */
export async function countSettled({ databases }: Stored): Promise<number> {
  const sessions = await openSessions(databases)
  try {
    const text = `select count(*)::int as settled from orders where status <> 'pending'`
    const { rows } = await sessions.orders.query<{ settled: number }>(text)
    return rows[0]!.settled
  } finally {
    await Promise.all(sessions.all.map((client) => client.end()))
  }
}
