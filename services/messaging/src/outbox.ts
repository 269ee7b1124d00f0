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
  const { rows } = await tx.query<OutboxRow>({
    name: 'take-unsent',
    text: `delete from outbox where id in (
             select id from outbox order by id limit $1 for update skip locked
           )
           returning id, topic, payload, traceparent, request_id`,
    values: [limit],
  })
  return rows
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, topic, payload, traceparent, request_id }) => ({
      id,
      topic,
      payload,
      trace: { traceparent, requestId: request_id },
    }))
}

/** Puts back messages that were taken and could not be sent. */
export async function putBack(tx: Tx, messages: readonly OutgoingMessage[]): Promise<void> {
  await tx.query({
    name: 'put-back',
    text: `insert into outbox (id, topic, payload, traceparent, request_id)
           select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])`,
    values: [
      messages.map(({ id }) => id),
      messages.map(({ topic }) => topic),
      messages.map(({ payload }) => payload),
      messages.map(({ trace }) => trace.traceparent),
      messages.map(({ trace }) => trace.requestId),
    ],
  })
}
