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
        find: 'select id from outbox where id < $2',
        replace: 'select id from outbox where id > $4 and id < $2',
      },
      {
        file: OUTBOX,
        find: 'values: [limit, firstIdAt(before), except]',
        replace: 'values: [limit, firstIdAt(before), except, last]',
      },
      { file: RELAY, find: 'if (publish) dispatch.send(publish, facts)', replace: '' },
      {
        file: OUTBOX,
        find: `  return rows
    .sort(`,
        replace: `  for (const { id } of rows) if (id > last) last = id
  return rows
    .sort(`,
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
        find: 'const unsent = new Set(await publishAll(publish, group).catch(() => group))',
        replace: `void publishAll(publish, group).catch(() => group)
    const unsent = new Set<OutgoingMessage>()`,
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
        find: 'const taken = publish ? await sendLeft(publish).catch(failed) : 0',
        replace: 'const taken = 0 as number',
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
