import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { ProcessName } from '../../stacks/stack.ts'
import type { Fault, FaultContext, FaultSetup, PlantedBug } from '../fault.ts'
import { amqpFaults } from '../faults/amqp.ts'
import { clientFaults } from '../faults/clients.ts'
import { databaseFaults } from '../faults/database.ts'
import { hangFaults } from '../faults/hang.ts'
import { keyFaults } from '../faults/keys.ts'
import { linkFaults } from '../faults/links.ts'
import { startFaults } from '../faults/start.ts'
import { duplicated } from '../meddle/duplicates.ts'
import { messageFaults } from '../meddle/message-faults.ts'
import { poisoned } from '../meddle/poison.ts'
import { reordered } from '../meddle/reorder.ts'
import type { CrashPoint } from './crash/points.ts'
import { crash } from './crash-faults.ts'
import { plants } from './plants/plants.ts'
import { clockPreload, crashPreload, plantPreload, together } from './preload.ts'

const survivable: Fault[] = [
  ...amqpFaults,
  ...clientFaults,
  ...databaseFaults,
  ...hangFaults,
  ...keyFaults,
  ...linkFaults,
  ...messageFaults,
  ...startFaults,
]

/** What must go on for a bug to bite, and what sees it. */
type Conditions = Omit<PlantedBug, 'name' | 'title' | 'stack'> & { caughtBy: RegExp }

const STOCK = /^I2 /
/** Many orders at once for the same few products. */
const crowd = { rate: 120, durationMs: 4_000 }

/** Orders would say again what a bug loses, and nobody would see it. */
const env: FaultSetup['env'] = (_, kind) =>
  kind === 'orders' ? { RECONCILE_AFTER_MS: '3600000' } : undefined

/** Each bug with the conditions under which the audit must see it. */
export const plantedBugs: PlantedBug[] = plants.map(({ name, title, stack }) => {
  const { setup, ...conditions } = conditionsOf(name)
  const preload: FaultSetup['preload'] = (process, kind) => {
    const other = setup?.preload?.(process, kind)
    return other ? together(plantPreload(name), other) : plantPreload(name)
  }
  return { name, title, stack, ...conditions, setup: { env, ...setup, preload } }
})

function conditionsOf(name: string): Conditions {
  switch (name) {
    case 'monolith-stock-without-lock':
      return { caughtBy: STOCK, setup: { load: crowd } }
    case 'monolith-no-rollback':
      return { caughtBy: STOCK, ...crashed(name, 'monolith', 'order-after-commit') }
    case 'monolith-key-per-attempt':
      return { caughtBy: /^I1 / }
    case 'monolith-wrong-total':
      return { caughtBy: /^I4 totals/ }
    case 'monolith-restock-repeated':
      return { caughtBy: STOCK, ...crashed(name, 'monolith', 'restock-after-insert') }
    case 'services-restock-repeated':
      return { caughtBy: STOCK, ...crashed(name, 'inventory', 'restock-after-insert') }
    case 'services-dual-write':
      return { caughtBy: /^I5 no order is pending/, lastsMs: 3_500, inject: lockOutbox }
    case 'services-ack-before-commit':
      return { caughtBy: /^I5 /, ...crashed(name, 'inventory', 'stock-before-commit') }
    case 'services-retry-with-new-key': {
      const { setup, ...rest } = crashed(name, 'orders', 'order-after-insert')
      return { caughtBy: /^I1 /, setup: { ...setup, replicas: { orders: 2 } }, ...rest }
    }
    case 'services-settle-unchecked':
      return { caughtBy: /^I4 /, lastsMs: 1_500, inject: (context) => pause(context, 'inventory') }
    case 'services-stock-without-lock':
      return { caughtBy: STOCK, setup: { load: crowd, replicas: { inventory: 2 } } }
    case 'services-handled-twice':
      return { caughtBy: STOCK, lastsMs: duplicated.lastsMs, inject: duplicated.inject }
    case 'services-no-tombstone':
      return { caughtBy: /^I4 /, lastsMs: reordered.lastsMs, inject: reordered.inject }
    case 'services-outbox-by-last-id':
      return { caughtBy: /^I5 /, setup: { load: { ...crowd, durationMs: 9_000 } }, inject: lockOrders }
    case 'services-publish-unconfirmed':
      return { caughtBy: /^I5 /, setup: { links: ['orders-rabbitmq'] }, inject: swallow }
    case 'services-nothing-relayed':
      return { caughtBy: /^I5 /, ...crashed(name, 'orders', 'order-after-insert') }
    case 'services-poison-dropped':
      return { caughtBy: /^I5 .*dead/, expect: poisoned.expect, inject: poisoned.inject }
    case 'services-nothing-said-again':
      return { caughtBy: /^I7 no order waits/, ...sayingAgain(underFault('amqp-queue-purged')) }
    case 'services-relay-by-id': {
      const { setup, ...rest } = crashed(name, 'orders', 'order-after-insert')
      const preload: FaultSetup['preload'] = (process, kind) => {
        const other = setup?.preload?.(process, kind)
        return other && together(other, clockPreload(600_000))
      }
      return { caughtBy: /^I5 /, setup: { preload }, ...rest }
    }
    case 'services-backlog-by-outbox':
      return { caughtBy: /^I8 placeOrder/, ...underFault('reader-full') }
    case 'services-all-is-content':
      return { caughtBy: /^I7 every dead letter/, ...underFault('database-tables-away-inventory') }
    case 'services-ack-throws':
      return { caughtBy: /^the stack ends in order/, ...underFault('amqp-queue-deleted-inventory-often') }
    case 'services-wake-line-trusts':
      return { caughtBy: /^the stack ends in order/, ...underFault('messages-garbage') }
    case 'services-no-circuit':
      return { caughtBy: /^I8 placeOrder is refused/, ...underFault('hang-orders-crowd') }
    case 'services-no-bulkhead':
      return { caughtBy: /^I8 listProducts/, ...underFault('hang-orders-crowd') }
    case 'services-key-last':
      return { caughtBy: /^I8 repeatOrder/, ...underFault('keys-inventory-away') }
    case 'services-other-spelling':
      return { caughtBy: /^I8 /, ...underFault('clients-other-spelling') }
    case 'monolith-always-ready':
      return { caughtBy: /^readiness says/, ...underFault('start-dependencies-late') }
    case 'monolith-patient-pool':
      return { caughtBy: /^healthy again/, ...underFault('link-monolith-postgres-swallowed') }
    default:
      // Products run out, orders are cancelled twice: the load alone will do.
      return { caughtBy: STOCK }
  }
}

/** Under a fault that the stack survives without the bug. */
function underFault(name: string): Pick<PlantedBug, 'setup' | 'inject' | 'start' | 'expect' | 'lastsMs'> {
  const { setup, inject, start, expect, lastsMs } = survivable.find((fault) => fault.name === name)!
  return { setup, inject, start, expect, lastsMs }
}

/** With reconciliation as it is by default. */
function sayingAgain({ setup, ...rest }: ReturnType<typeof underFault>) {
  return { ...rest, setup: { ...setup, env: () => undefined } }
}

/** Killed at a crash point, so that an answer is lost and its request comes again. It is started again with its bug. */
function crashed(
  plant: string,
  process: ProcessName,
  point: CrashPoint,
): Pick<PlantedBug, 'setup' | 'inject'> {
  return {
    setup: { preload: (name) => (name === process ? crashPreload(point) : undefined) },
    inject: (context) => crash(context, process, point, plantPreload(plant)),
  }
}

/** What was asked of the process meanwhile, it finds all at once. */
async function pause({ stack, note }: FaultContext, name: string) {
  stack.control.signal(name, 'SIGSTOP')
  note(`${name} was paused`)
  return async () => {
    stack.control.signal(name, 'SIGCONT')
    note(`${name} goes on`)
  }
}

/** Everything that is on its way to the broker gets lost. */
async function swallow({ links, note }: FaultContext) {
  const link = links['orders-rabbitmq']
  link.halfOpen()
  note('orders talks to a broker that hears nothing')
  await delay(700)
  link.cut()
  return async () => link.heal()
}

/** Nothing can be written into the outbox for longer than a statement waits. */
async function lockOutbox({ stack, note }: FaultContext) {
  const client = await connectToOrders(stack)
  await client.query('begin')
  await client.query('lock table outbox in share mode')
  note('the outbox of orders was locked')
  return () => client.end()
}

/** Few enough that those who wait leave the service connections to go on with. */
const EVERY_FOURTH = `select from orders where get_byte(uuid_send(id), 15) % 4 = 0 for update skip locked`

/** Of every fourth order, cancels wait for its row, and are committed after those of others, whose facts are younger. */
async function lockOrders({ stack, note }: FaultContext): Promise<undefined> {
  const client = await connectToOrders(stack)
  try {
    for (let round = 1; round <= 3; round++) {
      await client.query('begin')
      // To wait for a row that is locked could end in a deadlock.
      const { rowCount } = await client.query(EVERY_FOURTH)
      // Longer than facts must be left for until the relay takes them, and shorter than a statement may wait for a lock.
      await delay(2_600)
      await client.query('rollback')
      note(`${rowCount} orders were locked for a moment, round ${round}`)
    }
  } finally {
    await client.end()
  }
}

async function connectToOrders({ databases }: FaultContext['stack']): Promise<pg.Client> {
  if ('monolith' in databases) throw new Error('The monolith has no outbox')
  const client = new pg.Client(databases.orders)
  // Who uses it hears of a break by the statement.
  client.on('error', () => {})
  await client.connect()
  return client
}
