import type { Pool, Tx } from '@shop/shared/runtime/postgres.ts'
import { v7 as uuidv7 } from 'uuid'
import type { OutgoingMessage } from './message.ts'

interface OutboxRow {
  id: string
  topic: string
  payload: string
  traceparent: string
  request_id: string
}

/** What a relay leaves alone, and how much it takes at once. */
export interface Share {
  limit: number
  /** Messages that are younger, in milliseconds since 1970, may be on their way from where they were written. */
  before: number
  /** Ids of messages that are on their way from here. */
  except: readonly string[]
}

/**
 * Takes unsent messages out of the outbox, oldest first, past those that another relay holds.
 * They are gone when the transaction commits, so commit only what the broker has confirmed.
 */
export async function takeUnsent(tx: Tx, { limit, before, except }: Share): Promise<OutgoingMessage[]> {
  const { rows } = await tx.query<OutboxRow>({
    name: 'take-unsent',
    text: `delete from outbox where id in (
             select id from outbox where id < $2 and id <> all($3::uuid[])
             order by id limit $1 for update skip locked
           )
           returning id, topic, payload, traceparent, request_id`,
    values: [limit, firstIdAt(before), except],
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

/** The least UUID version 7 of a moment: the time stands in its front. */
const firstIdAt = (msecs: number) => uuidv7({ msecs, seq: 0, random: new Uint8Array(16) })

/** Deletes messages that the broker has. */
export async function deleteSent(pool: Pool, ids: readonly string[]): Promise<void> {
  await pool.query({
    name: 'delete-sent',
    text: 'delete from outbox where id = any($1::uuid[])',
    values: [ids],
  })
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
