import type { Plant } from './plant.ts'

const OUTBOX = 'services/messaging/src/outbox.ts'
const DISPATCH = 'services/messaging/src/dispatch.ts'
const RELAY = 'services/messaging/src/relay.ts'
const CONSUMER = 'services/messaging/src/consumer.ts'

export const messagingPlants: Plant[] = [
  {
    name: 'services-ack-before-commit',
    title: 'messages are acknowledged before their effect is committed',
    stack: 'services',
    edits: [
      {
        file: CONSUMER,
        find: 'await handle(batch.map(({ message }) => message))',
        replace: `for (const delivery of batch) {
          if (!told.has(delivery)) channel.ack(delivery.raw)
          told.add(delivery)
        }
        await handle(batch.map(({ message }) => message))`,
      },
      {
        file: CONSUMER,
        find: 'const waiting: Delivery<T>[] = []',
        replace: `const waiting: Delivery<T>[] = []
    const told = new Set<Delivery<T>>()`,
      },
      { file: CONSUMER, find: 'answer(() => channel.ack(raw))', replace: '' },
    ],
  },
  {
    name: 'services-outbox-by-last-id',
    title: 'facts leave by the relay alone, which takes what comes after the last id that it sent',
    stack: 'services',
    edits: [
      {
        file: OUTBOX,
        find: 'export async function takeUnsent(',
        replace: `let last = '00000000-0000-0000-0000-000000000000'
export async function takeUnsent(`,
      },
      {
        file: OUTBOX,
        find: `where created_at < now() - interval '1 second'`,
        replace: `where id > $5 and created_at < now() - interval '1 second'`,
      },
      {
        file: OUTBOX,
        find: 'values: [limit, except, isOnly ? topics.only : topics.except, isOnly]',
        replace: 'values: [limit, except, isOnly ? topics.only : topics.except, isOnly, last]',
      },
      { file: RELAY, find: 'if (publish) dispatch.send(publish, facts)', replace: '' },
      {
        file: OUTBOX,
        find: '  return rows.map(({ id, topic, payload, traceparent, request_id }) => ({',
        replace: `  for (const { id } of rows) if (id > last) last = id
  return rows.map(({ id, topic, payload, traceparent, request_id }) => ({`,
      },
    ],
  },
  {
    name: 'services-publish-unconfirmed',
    title: 'facts leave the outbox before the broker has confirmed them',
    stack: 'services',
    edits: [
      {
        file: DISPATCH,
        find: 'const unsent = await publishAll(noted, group.facts)',
        replace: `void publishAll(noted, group.facts)
    const unsent: Unsent = new Map()
    for (const { id } of group.facts) sent.push(id)`,
      },
    ],
  },
  {
    name: 'services-nothing-relayed',
    title: 'what did not leave from memory is never looked for',
    stack: 'services',
    edits: [
      {
        file: RELAY,
        find: 'const more = publish && started ? await sendAll(publish).catch(failed) : false',
        replace: 'const more = false as boolean | typeof FAILED',
      },
    ],
  },
  {
    name: 'services-all-is-content',
    title: 'whatever the database says no with, the message is to blame',
    stack: 'services',
    edits: [
      {
        file: CONSUMER,
        find: 'return isContentFault(error) ? narrow',
        replace: 'return isContentFault(error) || !isContentFault(error) ? narrow',
      },
    ],
  },
  {
    name: 'services-ack-throws',
    title: 'an acknowledgement on a channel that closes ends the process',
    stack: 'services',
    edits: [
      {
        file: CONSUMER,
        find: `try {
        say()
      } catch {
        leave()
      }`,
        replace: 'say()',
      },
      { file: CONSUMER, find: '.catch(failed)', replace: '' },
    ],
  },
  {
    name: 'services-wake-line-trusts',
    title: 'what comes on the line between replicas is taken for a settlement unread',
    stack: 'services',
    edits: [
      {
        file: 'services/orders/src/line.ts',
        find: `try {
      settlements.announce(parse('settled', parseJson(raw.content)).payload)
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'this is no settlement')
    }`,
        replace: 'setImmediate(() => settlements.announce(JSON.parse(raw.content.toString())))',
      },
    ],
  },
  {
    name: 'services-nothing-said-again',
    title: 'an order whose news got lost is never said again',
    stack: 'services',
    edits: [
      {
        file: 'services/orders/src/reconciliation.ts',
        find: 'setTimeout(start, afterMs / 4)',
        replace: 'setTimeout(start, afterMs * 1_000)',
      },
    ],
  },
  {
    name: 'services-relay-by-id',
    title: 'how long a fact has been left is told by the clock of the host that made its id',
    stack: 'services',
    edits: [
      {
        file: OUTBOX,
        find: 'order by id limit $1 for update skip locked',
        replace:
          "and id < (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid order by id limit $1 for update skip locked",
      },
    ],
  },
  {
    name: 'services-backlog-by-outbox',
    title: 'the backlog is what the outbox holds',
    stack: 'services',
    edits: [
      {
        file: 'services/orders/src/app.ts',
        find: 'count: (most) => countPending(pool, most),',
        replace: `count: async () => (await pool.query('select count(*)::int as facts from outbox')).rows[0].facts,`,
      },
    ],
  },
  {
    name: 'services-poison-dropped',
    title: 'a message that cannot be read is dropped',
    stack: 'services',
    edits: [{ file: CONSUMER, find: 'channel.reject(raw, false)', replace: 'channel.ack(raw)' }],
  },
]
