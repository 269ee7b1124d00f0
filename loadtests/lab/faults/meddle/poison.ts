import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import type { Fault, FaultContext } from '../fault.ts'
import { labProperties, startMeddler } from './channel.ts'

const HUGE_BYTES = 4 * 1024 * 1024

/** A message that is not what it should be. */
type Odd = { what: string; topic: string; content: string; messageId?: string }

const json = (value: unknown) => JSON.stringify(value)
const fact = (more: object = {}) => ({ version: 1, orderId: randomUUID(), ...more })

/** What no retry will make readable, for a work queue whose topics begin with this word. */
function poisonFor(word: 'order' | 'stock'): Odd[] {
  const topic = word === 'order' ? 'order.placed' : 'stock.reserved'
  const lines = [{ sku: 'MUG-0001', quantity: 1 }]
  const good = json(fact({ lines }))
  return [
    { what: 'not JSON', topic, content: '{"version":1' },
    { what: 'empty', topic, content: '' },
    { what: 'JSON, but no object', topic, content: 'null' },
    { what: 'of a version to come', topic, content: json(fact({ lines, version: 2 })) },
    { what: 'of a wrong type', topic, content: json(fact({ lines, orderId: 7 })) },
    { what: 'without an order', topic, content: json({ version: 1, lines }) },
    { what: 'without a message id', topic, content: good, messageId: '' },
    { what: 'with a message id that is none', topic, content: good, messageId: 'first' },
    { what: 'of an unknown topic', topic: `${word}.teleported`, content: good },
    { what: 'huge', topic, content: json('x'.repeat(HUGE_BYTES)) },
    ...(word === 'order'
      ? [
          {
            what: 'of less than no piece',
            topic,
            content: json(fact({ lines: [{ sku: 'MUG-0001', quantity: -1 }] })),
          },
          { what: 'without lines', topic: 'order.cancelled', content: json(fact({ lines: [] })) },
        ]
      : []),
  ]
}

/** What can be read, and must change nothing. */
function harmless(orderId: string): Odd[] {
  const nowhere = [{ sku: 'NO-SUCH-THING', quantity: 1 }]
  return [
    { what: 'of an unknown order', topic: 'stock.reserved', content: json(fact()) },
    { what: 'of an unknown order', topic: 'stock.rejected', content: json(fact()) },
    { what: 'of an unknown order', topic: 'stock.released', content: json(fact()) },
    {
      what: 'with more in it than is wanted',
      topic: 'stock.reserved',
      content: json(fact({ more: 'x'.repeat(HUGE_BYTES) })),
    },
    {
      what: 'of an unknown product',
      topic: 'order.placed',
      content: json(fact({ orderId, lines: nowhere })),
    },
  ]
}

const POISON_COUNT = poisonFor('order').length + poisonFor('stock').length

/** Messages that cannot be read end as dead letters, exactly those; the rest goes on. */
export const poisoned: Fault = {
  name: 'messages-poisoned',
  title: 'unreadable, foreign and huge messages',
  stacks: ['services'],
  needs: ['rabbitmq', 'topology', 'postgres', 'database-orders'],
  expect: { dead: POISON_COUNT },
  inject: poison,
}

async function poison({ stack, note }: FaultContext): Promise<undefined> {
  const settled = await aSettledOrder(stack)
  const { publish, aside, close } = await startMeddler(stack.amqp!)
  const odd = [...poisonFor('order'), ...poisonFor('stock'), ...harmless(settled)]
  for (const { topic, content, messageId = randomUUID() } of odd) {
    await publish(aside, topic, Buffer.from(content), labProperties({ messageId, type: topic }))
  }
  await close()
  note(`${POISON_COUNT} unreadable messages and ${odd.length - POISON_COUNT} without meaning were sent`)
}

/** The id of an order that inventory has decided on. */
async function aSettledOrder({ databases }: FaultContext['stack']): Promise<string> {
  if ('monolith' in databases) throw new Error('There are no messages in the monolith')
  const client = new pg.Client(databases.orders)
  await client.connect()
  try {
    return await eventually(async () => {
      const sql = 'select id from orders where settled_at is not null limit 1'
      const { rows } = await client.query<{ id: string }>(sql)
      assert.ok(rows[0], 'no order has settled')
      return rows[0].id
    })
  } finally {
    await client.end()
  }
}
