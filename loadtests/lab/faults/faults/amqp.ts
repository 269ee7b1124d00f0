import { setTimeout as delay } from 'node:timers/promises'
import type { Channel } from 'amqplib'
import { queueNames } from '../../stacks/namespace.ts'
import type { StackAmqp } from '../../stacks/stack.ts'
import type { Fault, FaultContext } from '../fault.ts'
import { onBroker } from '../meddle/channel.ts'

const LOAD = { durationMs: 10_000, deadlineMs: 25_000 }
const LINKS = ['orders-rabbitmq', 'inventory-rabbitmq'] as const

/** Reads need no broker. */
const READS = ['getOrder', 'listOrders', 'getProduct', 'listProducts'] as const

type Doing = (channel: Channel, names: Names) => Promise<unknown>

/** Which queue or exchange loses what it holds is for the stack to make good again: without a hand. */
const DEEDS: { name: string; title: string; times: number; everyMs: number; doing: Doing }[] = [
  ...(['inventory', 'orders'] as const).flatMap((of) => [
    {
      name: `amqp-queue-deleted-${of}`,
      title: `the work queue of ${of} deleted, with what was in it`,
      times: 1,
      everyMs: 0,
      doing: (channel: Channel, { work }: Names) => channel.deleteQueue(work[of]),
    },
    {
      name: `amqp-queue-deleted-${of}-often`,
      title: `the work queue of ${of} deleted every 0.7 s`,
      times: 12,
      everyMs: 700,
      doing: (channel: Channel, { work }: Names) => channel.deleteQueue(work[of]),
    },
  ]),
  ...(['events', 'wake', 'dead'] as const).map((exchange) => ({
    name: `amqp-exchange-deleted-${exchange}`,
    title: `the exchange ${exchange} deleted three times`,
    times: 3,
    everyMs: 1_500,
    doing: (channel: Channel, { exchangeOf }: Names) => channel.deleteExchange(exchangeOf(exchange)),
  })),
]

/** What happens to connections to the broker, and to what was declared on it. */
export const amqpFaults: Fault[] = [
  {
    name: 'amqp-connections-closed',
    title: 'every connection to RabbitMQ broken every 0.6 s, 12 times',
    stacks: ['services'],
    setup: { links: [...LINKS], load: LOAD },
    holds: [...LINKS],
    expect: { goesOn: [...READS] },
    inject: closeConnections,
  },
  {
    name: 'amqp-queue-purged',
    title: 'the work queue of inventory emptied, with what waited in it while nobody consumed',
    stacks: ['services'],
    setup: { links: ['inventory-rabbitmq'], load: LOAD, quietWithinMs: 60_000 },
    holds: ['inventory-rabbitmq', 'topology'],
    needs: ['rabbitmq'],
    expect: { goesOn: [...READS] },
    lastsMs: 3_000,
    async inject({ stack, links, note, ineffective }) {
      links['inventory-rabbitmq'].cut()
      return async () => {
        const { work } = namesOf(stack.amqp!)
        const { messageCount } = await onBroker(stack.amqp!, (channel) => channel.purgeQueue(work.inventory))
        links['inventory-rabbitmq'].heal()
        note(`${messageCount} messages are gone`)
        if (messageCount === 0) ineffective('there was nothing to take away')
      }
    },
  },
  ...DEEDS.map(
    ({ name, title, times, everyMs, doing }): Fault => ({
      name,
      title,
      stacks: ['services'],
      setup: { load: LOAD, quietWithinMs: 60_000 },
      holds: ['topology'],
      needs: ['rabbitmq'],
      expect: { goesOn: [...READS] },
      async inject({ stack, note }) {
        await onBroker(stack.amqp!, async (channel) => {
          for (let i = 0; i < times; i++) {
            // What is not there cannot be emptied, and takes the channel with it.
            await doing(channel, namesOf(stack.amqp!)).catch(() => {})
            await delay(everyMs)
          }
        })
        note(`done ${times} times`)
        return undefined
      },
    }),
  ),
]

async function closeConnections({ links }: FaultContext): Promise<undefined> {
  for (let i = 0; i < 12; i++) {
    for (const name of LINKS) {
      links[name].cut()
      links[name].heal()
    }
    await delay(600)
  }
  return undefined
}

type Names = ReturnType<typeof namesOf>

function namesOf({ namespace }: StackAmqp) {
  const [inventory, orders] = queueNames(namespace).work
  return {
    work: { inventory: inventory!, orders: orders! },
    exchangeOf: (name: string) => `${namespace}.${name}`,
  }
}
