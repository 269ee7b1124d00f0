import { connectionsOf } from '../budget/connections.ts'
import type { Target } from '../compare/backend.ts'
import { createTarget, type Measurable } from '../compare/local-target.ts'
import { UserError } from '../infra/user-error.ts'
import type { Stack, StackName } from '../stacks/start.ts'
import type { Container } from './engine.ts'
import type { Meter, Metered } from './meter.ts'

/** Passwords of the stacks' databases and of the broker. */
export type Passwords = Record<'monolith' | 'orders' | 'inventory' | 'rabbitmq', string>

/** What a stack consists of: compose services and their names in the report, the one with the public URL first. */
const PARTS: Record<StackName, [service: string, name: string][]> = {
  monolith: [
    ['monolith', 'monolith'],
    ['monolith-postgres', 'PostgreSQL'],
  ],
  services: [
    ['gateway', 'gateway'],
    ['orders', 'orders'],
    ['inventory', 'inventory'],
    ['services-postgres', 'PostgreSQL'],
    ['rabbitmq', 'RabbitMQ'],
  ],
}

/**
 * A stack of containers.
 * @param containers those of the project
 * @param meter of all of them
 */
export function createDockerTarget(
  name: StackName,
  containers: Container[],
  meter: Meter,
  passwords: Passwords,
): Pick<Stack, 'databases' | 'amqp'> & { target: Target } {
  const find = (service: string): Container => {
    const found = containers.find((it) => it.service === service)
    if (!found) throw new UserError(`The container of ${service} has ended`)
    return found
  }
  const metered: Metered[] = PARTS[name].map(([service, title]) => ({
    name: title,
    container: find(service),
  }))
  const stack = name === 'monolith' ? monolith(find, passwords) : services(find, passwords)
  const plain = createTarget(name, stack, { url: '', stop: async () => {} }, undefined)
  const target: Target = {
    ...plain,
    processes: metered.map((it) => it.name),
    unmeasured: [],
    shares: null,
    countable: [],
    databaseConnections: connectionsOf(name, 'fair').inAll,
    startSampling: () => meter.startSampling(metered),
    // Here a reading can be waited for, other than where sampling starts and stops: both follow a rest.
    async untilAtRest() {
      await plain.untilAtRest()
      await meter.read()
    },
  }
  return { target, databases: stack.databases, amqp: stack.amqp }
}

type Find = (service: string) => Container

function monolith(find: Find, passwords: Passwords): Measurable {
  const database = urlOf('postgres', find('monolith-postgres'), 5432, `monolith:${passwords.monolith}`)
  return {
    name: 'monolith',
    url: urlOf('http', find('monolith'), 3000),
    processes: [],
    databases: { monolith: `${database}/monolith` },
  }
}

function services(find: Find, passwords: Passwords): Measurable {
  const database = (name: 'orders' | 'inventory') =>
    `${urlOf('postgres', find('services-postgres'), 5432, `${name}:${passwords[name]}`)}/${name}`
  return {
    name: 'services',
    url: urlOf('http', find('gateway'), 4000),
    processes: [],
    databases: { orders: database('orders'), inventory: database('inventory') },
    amqp: { url: urlOf('amqp', find('rabbitmq'), 5672, `shop:${passwords.rabbitmq}`), namespace: 'shop' },
  }
}

function urlOf(protocol: string, { service, ports }: Container, port: number, login?: string): string {
  const published = ports.get(port)
  if (!published) throw new UserError(`Port ${port} of ${service} is not published`)
  return `${protocol}://${login ? `${login}@` : ''}127.0.0.1:${published}`
}
