import { setTimeout as delay } from 'node:timers/promises'
import type { Stack } from '../../stacks/stack.ts'
import type { Fault, FaultContext } from '../fault.ts'

const TWO_OF_EACH = { monolith: 2, gateway: 2, orders: 2, inventory: 2 }
const BETWEEN_MS = 300
/** Longer than it takes, on a slow machine, until every process has gone and come back. */
const LONG_LOAD = { durationMs: 90_000 }

/** What happens where there are several processes of a kind. */
export const replicaFaults: Fault[] = [
  {
    name: 'two-relays',
    title: 'two relays on each outbox, two consumers on each queue',
    stacks: ['services'],
    setup: { replicas: { orders: 2, inventory: 2 } },
  },
  {
    name: 'two-relays-one-killed',
    title: 'two relays on each outbox, one of each killed',
    stacks: ['services'],
    setup: { replicas: { orders: 2, inventory: 2 } },
    holds: ['orders-2', 'inventory-2'],
    async inject({ stack: { control } }) {
      const names = ['orders-2', 'inventory-2']
      for (const name of names) control.signal(name, 'SIGKILL')
      await Promise.all(names.map((name) => control.ended(name)))
      return async () => void (await Promise.all(names.map((name) => control.start(name))))
    },
  },
  {
    name: 'replicas-migrate',
    title: '4 replicas of each start at once on empty databases',
    stacks: ['monolith', 'services'],
    setup: { replicas: { monolith: 4, orders: 4, inventory: 4 }, load: { durationMs: 2_000 } },
    async start({ stack }) {
      await Promise.all(stack.planned.map(({ name }) => stack.control.start(name)))
    },
  },
  {
    name: 'replicas-join-and-leave',
    title: 'replicas join and leave under load',
    stacks: ['monolith', 'services'],
    setup: {
      replicas: { monolith: 2 },
      spares: { monolith: 1, gateway: 1, orders: 1, inventory: 1 },
      load: LONG_LOAD,
      loadUntilHealthy: true,
    },
    alone: 'none of its requests may fail',
    expect: { noFailedRequest: true },
    inject: joinAndLeave,
  },
  {
    name: 'rolling-restart',
    title: 'all processes restarted one by one (SIGTERM), two of each',
    stacks: ['monolith', 'services'],
    setup: { replicas: TWO_OF_EACH, load: LONG_LOAD, loadUntilHealthy: true },
    alone: 'none of its requests may fail',
    expect: { noFailedRequest: true },
    async inject(context) {
      for (const { name } of context.stack.planned) await restart(context, name)
      return undefined
    },
  },
  {
    name: 'restart-lone-monolith',
    title: 'a lone monolith restarted (SIGTERM): nothing can stand in for it',
    stacks: ['monolith'],
    holds: ['monolith'],
    async inject({ stack: { control }, violation }) {
      for (const complaint of await control.stop('monolith')) violation(`a stop is in order: ${complaint}`)
      return () => control.start('monolith')
    },
    lastsMs: 0,
  },
]

async function restart({ stack, note, violation }: FaultContext, name: string): Promise<void> {
  note(`${name} is asked to stop`)
  for (const complaint of await stack.control.stop(name)) violation(`a restart is in order: ${complaint}`)
  await stack.control.start(name)
  await stack.control.ready(name)
  note(`${name} is ready again`)
}

async function joinAndLeave({ stack, note, violation, random }: FaultContext): Promise<undefined> {
  const spares = sparesOf(stack)
  for (const name of spares) {
    await stack.control.start(name)
    await stack.control.ready(name)
    note(`${name} has joined`)
    await delay(random() * BETWEEN_MS)
  }
  for (const name of spares) {
    await delay(random() * BETWEEN_MS)
    for (const complaint of await stack.control.stop(name)) violation(`a leave is in order: ${complaint}`)
    note(`${name} has left`)
  }
  return undefined
}

const sparesOf = ({ planned, control }: Stack) =>
  planned.map(({ name }) => name).filter((name) => !control.isRunning(name))
