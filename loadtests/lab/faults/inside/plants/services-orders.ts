import type { Plant } from './plant.ts'

const REPOSITORY = 'services/orders/src/repository.ts'

export const ordersPlants: Plant[] = [
  {
    name: 'services-dual-write',
    title: 'an order and the fact of it are written in two transactions',
    stack: 'services',
    edits: [
      {
        file: REPOSITORY,
        find: `insert into outbox (id, topic, payload, traceparent, request_id)
             select $11, $12, $13, $14, $15 from o`,
        // Nothing here may name the table: whoever names it waits for it.
        replace: 'select $11::uuid, $12::text, $13::text, $14::text, $15::text',
      },
      {
        file: REPOSITORY,
        find: 'return rows[0] && toOrder({ ...rows[0], lines })',
        replace: `if (rows[0]) {
    const { id, topic, payload, trace } = placed
    await pool.query(
      'insert into outbox (id, topic, payload, traceparent, request_id) values ($1, $2, $3, $4, $5)',
      [id, topic, payload, trace.traceparent, trace.requestId],
    )
  }
  return rows[0] && toOrder({ ...rows[0], lines })`,
      },
    ],
  },
  {
    name: 'services-settle-unchecked',
    title: 'news of stock overwrites an order that was cancelled meanwhile',
    stack: 'services',
    edits: [
      {
        file: 'services/orders/src/settlement-repository.ts',
        find: 'and o.status = any($4::text[])',
        replace: 'and $4::text[] is not null',
      },
    ],
  },
  {
    name: 'services-retry-with-new-key',
    title: 'a call that is tried again gets a new idempotency key',
    stack: 'services',
    edits: [
      {
        file: 'services/http/src/upstream.ts',
        find: 'if (replica) return await attempt(call, replica)',
        replace: `const key = made > 0 && call.headers?.['idempotency-key'] ? crypto.randomUUID() : undefined
        const next = key ? { ...call, headers: { ...call.headers, 'idempotency-key': key } } : call
        if (replica) return await attempt(next, replica)`,
      },
    ],
  },
]
