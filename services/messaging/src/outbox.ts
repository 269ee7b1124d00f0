import type { Db, Pool, Tx } from '@shop/shared/runtime/postgres.ts'
import type { OutgoingMessage } from './message.ts'

interface OutboxRow {
  id: string
  topic: string
  payload: string
  traceparent: string
  request_id: string
}

/** How much a relay takes at once, and what it leaves alone. */
export interface Share {
  limit: number
  /** Ids of messages that are on their way from here. */
  except: readonly string[]
  /** The only topics that are meant, or all but these. */
  topics: { only: readonly string[] } | { except: readonly string[] }
}

/**
 * Takes unsent messages, oldest first, past those that another relay holds. They are locked until the transaction ends, and
 * stay where they are: delete those that the broker has confirmed. Messages younger than a second, by the database's clock,
 * may be on their way from where they were written.
 */
export async function takeUnsent(tx: Tx, { limit, except, topics }: Share): Promise<OutgoingMessage[]> {
  const isOnly = 'only' in topics
  const { rows } = await tx.query<OutboxRow>({
    name: 'take-unsent',
    text: `select id, topic, payload, traceparent, request_id from outbox
           where created_at < now() - interval '1 second'
             and id <> all($2::uuid[]) and (topic = any($3::text[])) = $4
           order by id limit $1 for update skip locked`,
    values: [limit, except, isOnly ? topics.only : topics.except, isOnly],
  })
  return rows.map(({ id, topic, payload, traceparent, request_id }) => ({
    id,
    topic,
    payload,
    trace: { traceparent, requestId: request_id },
  }))
}

/** Deletes messages that the broker has. */
export async function deleteSent(db: Db, ids: readonly string[]): Promise<void> {
  await db.query({
    name: 'delete-sent',
    text: 'delete from outbox where id = any($1::uuid[])',
    values: [ids],
  })
}

/** How many messages are unsent, and how many seconds the oldest has been. */
export async function measureOutbox(pool: Pool): Promise<{ facts: number; oldestSeconds: number }> {
  const { rows } = await pool.query<{ facts: number; oldestSeconds: number }>({
    name: 'measure-outbox',
    text: `select count(*)::int as facts,
                  coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as "oldestSeconds"
           from outbox`,
  })
  return rows[0]!
}
