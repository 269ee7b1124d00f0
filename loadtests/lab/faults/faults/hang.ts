import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import type { Fault, FaultContext } from '../fault.ts'
import type { Endpoint } from '../result.ts'

/** Beyond two heartbeats of five seconds: the broker gives up on it and hands its messages to others. */
const BEYOND_HEARTBEATS_MS = 13_000
/** Beyond the time that a caller waits for a service, and beyond the circuit's second, twice. */
const CROWD_LASTS_MS = 20_000
/** When the first calls have run into their limit: from then on it is known. */
const KNOWN_MS = 8_000
const SERVES_WITHIN_MS = 20_000
/** Long enough for ten failures and for the circuit's second. */
const CIRCUIT_OPENS_MS = 2_500

/** Half of the calls need the one that hangs, half the other; 60 a second each. */
const crowd = (one: Endpoint, other: Endpoint) => ({
  rate: 120,
  durationMs: CROWD_LASTS_MS,
  // Who is refused comes again once or twice: else those who come again would soon be most.
  deadlineMs: 3_000,
  mix: [
    [one, 50],
    [other, 50],
  ] as [Endpoint, number][],
})

/** A process that stops doing anything and keeps its connections. */
export const hangFaults: Fault[] = [
  ...(['orders', 'inventory'] as const).map(
    (process): Fault => ({
      name: `hang-${process}`,
      title: `${process} hangs for ${BEYOND_HEARTBEATS_MS / 1000} s (SIGSTOP), beyond the broker's heartbeats`,
      stacks: ['services'],
      setup: { load: { durationMs: 4_000, deadlineMs: 25_000 } },
      holds: [process],
      lastsMs: BEYOND_HEARTBEATS_MS,
      async inject({ stack: { control } }) {
        control.signal(process, 'SIGSTOP')
        return async () => control.signal(process, 'SIGCONT')
      },
    }),
  ),
  {
    name: 'hang-orders-crowd',
    title: `orders hangs for ${CROWD_LASTS_MS / 1000} s at 60 orders and 60 looks at the catalogue a second`,
    stacks: ['services'],
    setup: { load: crowd('placeOrder', 'listProducts') },
    holds: ['orders', 'load'],
    lastsMs: CROWD_LASTS_MS - 2_000,
    expect: {
      goesOn: ['listProducts'],
      refusedSoon: { call: 'placeOrder', afterMs: KNOWN_MS },
      staysReady: ['gateway', 'inventory'],
    },
    inject: (context) => hang(context, 'orders'),
  },
  {
    name: 'hang-inventory-crowd',
    title: `inventory hangs for ${CROWD_LASTS_MS / 1000} s at 60 looks at the catalogue and 60 at own orders a second`,
    stacks: ['services'],
    setup: { load: { ...crowd('listProducts', 'listOrders') } },
    holds: ['inventory', 'load'],
    lastsMs: CROWD_LASTS_MS - 2_000,
    expect: {
      goesOn: ['listOrders'],
      refusedSoon: { call: 'listProducts', afterMs: KNOWN_MS },
      staysReady: ['gateway', 'orders'],
    },
    inject: (context) => hang(context, 'inventory'),
  },
  {
    name: 'hang-half-open',
    title:
      'RabbitMQ away, orders killed and started again: the first calls are orders that are held for 30 s',
    stacks: ['services'],
    setup: {
      links: ['orders-rabbitmq', 'inventory-rabbitmq'],
      load: {
        rate: 40,
        durationMs: 16_000,
        deadlineMs: 60_000,
        prefer: 'wait=30',
        mix: [
          ['placeOrder', 50],
          ['getOrder', 10],
          ['listOrders', 40],
        ],
      },
    },
    holds: ['orders', 'orders-rabbitmq', 'inventory-rabbitmq', 'load'],
    lastsMs: 11_000,
    expect: { goesOn: ['listOrders'] },
    inject: restartWithoutBroker,
  },
]

async function hang({ stack: { control } }: FaultContext, process: 'orders' | 'inventory') {
  control.signal(process, 'SIGSTOP')
  return async () => control.signal(process, 'SIGCONT')
}

/** It is in force once reads come through again: from then on no held call may stop them. */
async function restartWithoutBroker({ stack, links, note }: FaultContext) {
  const { control, planned } = stack
  links['orders-rabbitmq'].cut()
  links['inventory-rabbitmq'].cut()
  control.signal('orders', 'SIGKILL')
  await control.ended('orders')
  await delay(CIRCUIT_OPENS_MS)
  await control.start('orders')
  await untilServes(planned.find(({ name }) => name === 'orders')!.url)
  note('orders listens again')
  // The circuit's second, and a little.
  await delay(3_000)
  return async () => {
    links['orders-rabbitmq'].heal()
    links['inventory-rabbitmq'].heal()
  }
}

async function untilServes(url: string): Promise<void> {
  const deadline = Date.now() + SERVES_WITHIN_MS
  for (;;) {
    const answer = await request(`${url}/health/live`, { reset: true }).catch(() => undefined)
    await answer?.body.dump()
    if (answer?.statusCode === 200) return
    if (Date.now() > deadline) throw new Error(`${url} does not serve`)
    await delay(50)
  }
}
