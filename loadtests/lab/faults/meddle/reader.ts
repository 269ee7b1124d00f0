import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Fault, FaultContext } from '../fault.ts'
import { onBroker } from './channel.ts'

/** Longer than it takes, at this rate, until 400 facts are on their way. */
const LASTS_MS = 18_000
const LOAD = { rate: 60, durationMs: 19_000, deadlineMs: 35_000 }

/** More than the relay takes at once. */
const UNWANTED = 250

/** Others who read facts, or nobody. */
export const readerFaults: Fault[] = [
  {
    name: 'reader-full',
    title: `a second queue for order.placed, full, refuses for ${LASTS_MS / 1000} s`,
    stacks: ['services'],
    setup: { load: LOAD },
    holds: ['topology'],
    needs: ['rabbitmq'],
    lastsMs: LASTS_MS,
    expect: {
      goesOn: ['placeOrder', 'getOrder', 'cancelOrder'],
      staysReady: ['gateway', 'orders', 'inventory'],
    },
    async inject({ stack }) {
      const { namespace } = stack.amqp!
      const queue = `${namespace}.reader`
      await onBroker(stack.amqp!, async (channel) => {
        const limits = { 'x-queue-type': 'quorum', 'x-max-length': 1, 'x-overflow': 'reject-publish' }
        await channel.assertQueue(queue, { durable: true, arguments: limits })
        await channel.bindQueue(queue, `${namespace}.events`, 'order.placed')
      })
      return () => onBroker(stack.amqp!, async (channel) => void (await channel.deleteQueue(queue)))
    },
  },
  {
    name: 'topic-unroutable',
    title: `${UNWANTED} facts that no queue wants at the head of an outbox`,
    stacks: ['services'],
    setup: { untapped: true, load: { durationMs: 9_000, deadlineMs: 25_000 } },
    holds: ['topology'],
    needs: ['postgres', 'database-orders'],
    lastsMs: 8_000,
    expect: {
      goesOn: ['placeOrder', 'getOrder', 'cancelOrder'],
      staysReady: ['gateway', 'orders', 'inventory'],
    },
    inject: sayUnwanted,
  },
]

async function sayUnwanted({ stack: { databases }, note }: FaultContext) {
  if ('monolith' in databases) throw new Error('The monolith has no outbox')
  const { orders } = databases
  await onOrders(
    orders,
    // As old as can be: the head of the outbox is theirs.
    `insert into outbox (id, topic, payload, traceparent, request_id, created_at)
     select ('01800000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'order.teleported', '{}', '', '', now() - interval '1 hour'
     from generate_series(1, ${UNWANTED}) as i`,
  )
  return async () => {
    // Not kept by the broker, they come back into the outbox again and again.
    for (let left = 1; left > 0; await delay(300)) {
      await onOrders(orders, `delete from outbox where topic = 'order.teleported'`)
      await delay(1_500)
      left = await onOrders(orders, `select from outbox where topic = 'order.teleported'`)
    }
    note('whoever said what nobody wants has taken it back')
  }
}

async function onOrders(url: string, sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, application_name: 'lab' })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rowCount ?? 0
  } finally {
    await client.end()
  }
}
