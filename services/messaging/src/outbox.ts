import type { Tx } from '@shop/shared/runtime/postgres.ts'
import type { OutgoingMessage } from './message.ts'

interface OutboxRow {
  id: string
  topic: string
  payload: string
  traceparent: string
  request_id: string
}

/**
 * Takes up to `limit` unsent messages out of the outbox, oldest first, past those that another relay holds.
 * They are gone when the transaction commits, so commit only what the broker has confirmed.
 */
export async function takeUnsent(tx: Tx, limit: number): Promise<OutgoingMessage[]> {
  // Losing this commit in a crash sends the messages twice, which inboxes absorb: it need not wait for the disk.
  const relaxed = tx.query('set local synchronous_commit = off')
  const { rows } = await tx.query<OutboxRow>({
    name: 'take-unsent',
    text: `delete from outbox where id in (
             select id from outbox order by id limit $1 for update skip locked
           )
           returning id, topic, payload, traceparent, request_id`,
    values: [limit],
  })
  await relaxed
  return rows
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, topic, payload, traceparent, request_id }) => ({
      id,
      topic,
      payload,
      trace: { traceparent, requestId: request_id },
    }))
}
