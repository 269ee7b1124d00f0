import amqp from 'amqplib'
import { UserError } from '../../infra/user-error.ts'
import { queueNames } from '../../stacks/namespace.ts'
import type { ProcessName } from '../../stacks/stack.ts'
import type { Fault, FaultContext } from '../fault.ts'
import type { Endpoint } from '../result.ts'
import { DATABASES, lock, NO_RESTOCKS } from './locks.ts'

const QUEUE_LIMIT = 5
const ACK_WITHIN_MS = 4_000
const ALL: ProcessName[] = ['gateway', 'orders', 'inventory']
/** Without the broker orders are taken, and all that is there can be read. */
const ALL_BUT_NEWS: Endpoint[] = [
  'placeOrder',
  'cancelOrder',
  'getOrder',
  'listOrders',
  'listProducts',
  'getProduct',
]

/** What happens to RabbitMQ itself. */
export const brokerFaults: Fault[] = [
  {
    name: 'broker-killed',
    title: 'RabbitMQ killed (SIGKILL), started again on its data',
    stacks: ['services'],
    setup: { ownInfra: true },
    holds: ['rabbitmq'],
    async inject(context) {
      const outage = brokerOf(context)
      await outage.kill()
      return () => outage.start()
    },
  },
  {
    name: 'broker-restarted',
    title: 'RabbitMQ restarted in order',
    stacks: ['services'],
    setup: { ownInfra: true },
    holds: ['rabbitmq'],
    async inject(context) {
      const outage = brokerOf(context)
      await outage.stop()
      return () => outage.start()
    },
  },
  {
    name: 'broker-disk-alarm',
    title: "RabbitMQ's disk alarm: it blocks all who publish",
    stacks: ['services'],
    setup: { ownInfra: true },
    holds: ['rabbitmq'],
    async inject(context) {
      const outage = brokerOf(context)
      await outage.diskAlarm(true)
      return () => outage.diskAlarm(false)
    },
  },
  {
    name: 'broker-memory-alarm',
    title: "RabbitMQ's memory alarm: it blocks all who publish, and who only reads goes on",
    stacks: ['services'],
    setup: { ownInfra: true, load: { durationMs: 8_000, deadlineMs: 25_000 } },
    holds: ['rabbitmq'],
    lastsMs: 6_000,
    expect: { goesOn: ALL_BUT_NEWS, staysReady: ALL },
    async inject(context) {
      const outage = brokerOf(context)
      await outage.ctl('set_vm_memory_high_watermark', '0.00001')
      return () => outage.ctl('set_vm_memory_high_watermark', '0.4')
    },
  },
  {
    name: 'broker-delivery-timeout',
    title: `RabbitMQ waits ${ACK_WITHIN_MS / 1000} s for an acknowledgement, and closes the channel: a row is locked for longer`,
    stacks: ['services'],
    setup: { ownInfra: true, load: { durationMs: 12_000, deadlineMs: 35_000, mix: NO_RESTOCKS } },
    holds: ['rabbitmq', 'products'],
    needs: DATABASES,
    lastsMs: 14_000,
    expect: { goesOn: ALL_BUT_NEWS },
    inject: giveUpEarly,
  },
  {
    name: 'broker-away-balanced',
    title: 'RabbitMQ away, behind a balancer that sends nothing to an address that is not ready',
    stacks: ['services'],
    setup: {
      strictBalancer: true,
      replicas: { gateway: 2, orders: 2, inventory: 2 },
      links: ['orders-rabbitmq', 'inventory-rabbitmq'],
      load: { durationMs: 9_000, deadlineMs: 25_000 },
    },
    alone: 'what a balancer does is a matter of one fault at a time',
    lastsMs: 8_000,
    expect: { goesOn: ALL_BUT_NEWS, staysReady: ALL },
    async inject({ links }) {
      links['orders-rabbitmq'].cut()
      links['inventory-rabbitmq'].cut()
      return async () => {
        links['orders-rabbitmq'].heal()
        links['inventory-rabbitmq'].heal()
      }
    },
  },
  {
    name: 'broker-queue-full',
    title: `a work queue full: nobody consumes, and it takes ${QUEUE_LIMIT} messages`,
    stacks: ['services'],
    setup: { queueLimit: QUEUE_LIMIT, links: ['inventory-rabbitmq'] },
    holds: ['inventory-rabbitmq', 'topology'],
    needs: ['rabbitmq'],
    lastsMs: 2_000,
    async inject({ stack, links, note, ineffective }) {
      links['inventory-rabbitmq'].cut()
      return async () => {
        const depth = await depthOf(stack.amqp!)
        note(`the queue holds ${depth} messages`)
        if (depth < QUEUE_LIMIT) ineffective(`the queue holds ${depth} of ${QUEUE_LIMIT}`)
        links['inventory-rabbitmq'].heal()
      }
    },
  },
]

/** Channels ask for the limit when they open, so the connections are closed. */
async function giveUpEarly(context: FaultContext) {
  const { ctl } = brokerOf(context)
  const set = (name: string, value: string) => ctl('eval', `application:set_env(rabbit, ${name}, ${value}).`)
  await set('consumer_timeout', String(ACK_WITHIN_MS))
  await set('channel_tick_interval', '500')
  await ctl('close_all_connections', 'the lab has changed a limit')
  const unlock = await lock(context)
  return async () => {
    await unlock()
    await set('consumer_timeout', '1800000')
    await ctl('close_all_connections', 'the lab has changed a limit')
  }
}

function brokerOf({ infra }: FaultContext) {
  if (infra.outages.rabbitmq) return infra.outages.rabbitmq
  throw new UserError('This fault needs a RabbitMQ that the lab may kill: unset AMQP_URL.')
}

async function depthOf({ url, namespace }: { url: string; namespace: string }): Promise<number> {
  const connection = await amqp.connect(url)
  connection.on('error', () => {})
  try {
    const channel = await connection.createChannel()
    return (await channel.checkQueue(queueNames(namespace).work[0]!)).messageCount
  } finally {
    await connection.close()
  }
}
