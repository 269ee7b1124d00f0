import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { queueNames } from '../../stacks/namespace.ts'
import type { StackAmqp } from '../../stacks/stack.ts'
import type { Fault, FaultContext } from '../fault.ts'
import { onBroker } from '../meddle/channel.ts'
import type { Endpoint } from '../result.ts'

/** Longer than a statement may wait for a lock, twice. */
const LOCKED_MS = 8_000
const LOAD = { durationMs: 8_000, deadlineMs: 25_000 }
/** Where products are. */
export const DATABASES = ['postgres', 'database-monolith', 'database-inventory']
/** Restocks would wait for the rows, and their connections with them: that is not what is to be shown. */
export const NO_RESTOCKS: [Endpoint, number][] = [
  ['placeOrder', 55],
  ['cancelOrder', 10],
  ['getOrder', 10],
  ['listOrders', 10],
  ['getProduct', 10],
  ['listProducts', 5],
]
const CLOSINGS = 7
const BETWEEN_MS = 600
const CONSUMED_WITHIN_MS = 10_000

const ONE = 'select from product where sku = (select min(sku) from product) for update'
// In the order in which the shop locks them: else one of the two would have to give way.
const ALL = 'select from product order by sku for update'

/** Rows that somebody else holds: busy, and nothing is broken. */
export const lockFaults: Fault[] = [
  {
    name: 'lock-row',
    title: `the row of one product locked for ${LOCKED_MS / 1000} s`,
    stacks: ['monolith', 'services'],
    // So many that every connection of a pool waits for it.
    setup: { load: { ...LOAD, rate: 120 } },
    holds: ['products'],
    needs: DATABASES,
    lastsMs: LOCKED_MS,
    expect: { staysReady: ['monolith', 'gateway', 'orders', 'inventory'] },
    inject: (context) => lock(context, ONE),
  },
  {
    name: 'lock-all-rows',
    title: `the rows of all products locked for ${LOCKED_MS / 1000} s: orders are still taken, and wait`,
    stacks: ['services'],
    setup: { load: { ...LOAD, mix: NO_RESTOCKS } },
    holds: ['products'],
    needs: DATABASES,
    lastsMs: LOCKED_MS,
    expect: {
      staysReady: ['gateway', 'orders', 'inventory'],
      goesOn: ['placeOrder', 'getOrder', 'listOrders', 'cancelOrder', 'listProducts', 'getProduct'],
    },
    inject: (context) => lock(context, ALL),
  },
  {
    name: 'lock-and-closings',
    title: `the rows of all products locked while every connection to RabbitMQ breaks ${CLOSINGS} times`,
    stacks: ['services'],
    setup: { load: LOAD, links: ['orders-rabbitmq', 'inventory-rabbitmq'] },
    holds: ['products', 'orders-rabbitmq', 'inventory-rabbitmq'],
    needs: [...DATABASES, 'rabbitmq', 'topology'],
    lastsMs: 500,
    async inject(context) {
      const unlock = await lock(context, ALL)
      await breakConnections(context)
      return unlock
    },
  },
]

/** An interrupted delivery is no failure of what was delivered. */
async function breakConnections({ stack, links, note }: FaultContext) {
  for (let i = 0; i < CLOSINGS; i++) {
    await delay(BETWEEN_MS)
    await untilConsumed(stack.amqp!)
    for (const name of ['orders-rabbitmq', 'inventory-rabbitmq'] as const) {
      links[name].cut()
      links[name].heal()
    }
  }
  note(`every connection to RabbitMQ broke ${CLOSINGS} times`)
}

/** Messages that nobody has taken are not given back by a break. */
async function untilConsumed(amqp: StackAmqp) {
  const [queue] = queueNames(amqp.namespace).work
  await onBroker(amqp, async (channel) => {
    const deadline = Date.now() + CONSUMED_WITHIN_MS
    while ((await channel.checkQueue(queue!)).consumerCount === 0 && Date.now() < deadline) await delay(50)
  })
}

/** Locks rows of products. @returns what lets them go */
export async function lock({ stack: { databases }, note }: FaultContext, rows = ALL) {
  const url = 'monolith' in databases ? databases.monolith : databases.inventory
  const client = new pg.Client({ connectionString: url, application_name: 'lab' })
  client.on('error', () => {})
  await client.connect()
  await client.query('begin')
  const { rowCount } = await client.query(rows)
  note(`${rowCount} rows are locked`)
  return () => client.end()
}
