import { freePort } from '../infra/ports.ts'
import type { ProcessName, StackName, StackOptions } from './stack.ts'
import type { Storage } from './storage.ts'

const HOST = '127.0.0.1'

/** A process to be: its name, where it starts, and what its environment says. */
export type ProcessPlan = {
  name: string
  /** Path below the checkout's root. */
  entry: string
  url: string
  env: Record<string, string>
}

type Replica = { name: string; port: number; url: string }
type Replicas = Record<ProcessName, Replica[]>

/** The stack's processes, the one with the public URL first. Ports are chosen here, as processes must know each other's. */
export async function planProcesses(
  stack: StackName,
  storage: Storage,
  options: Pick<StackOptions, 'secret' | 'logLevel' | 'replicas' | 'ports'>,
): Promise<ProcessPlan[]> {
  const counts = { gateway: 1, orders: 1, inventory: 1, ...options.replicas }
  const taken = new Set<number>()
  const several = async (name: ProcessName, count: number): Promise<Replica[]> => {
    const replicas: Replica[] = []
    for (let i = 0; i < count; i++) {
      const port = (i === 0 && options.ports?.[name]) || (await anotherFreePort(taken))
      replicas.push({ name: i === 0 ? name : `${name}-${i + 1}`, port, url: `http://${HOST}:${port}` })
    }
    return replicas
  }
  const replicas: Replicas = {
    monolith: await several('monolith', stack === 'monolith' ? 1 : 0),
    gateway: await several('gateway', stack === 'services' ? counts.gateway : 0),
    orders: await several('orders', stack === 'services' ? counts.orders : 0),
    inventory: await several('inventory', stack === 'services' ? counts.inventory : 0),
  }
  const common = { HOST, AUTH_SECRET: options.secret, LOG_LEVEL: options.logLevel ?? 'info' }
  return (Object.keys(replicas) as ProcessName[]).flatMap((name) =>
    replicas[name].map((replica) => ({
      name: replica.name,
      entry: name === 'monolith' ? 'monolith/src/main.ts' : `services/${name}/src/main.ts`,
      url: replica.url,
      env: { ...common, PORT: String(replica.port), ...ownEnvironment(name, storage, replicas) },
    })),
  )
}

function ownEnvironment(
  name: ProcessName,
  { databases, amqp }: Storage,
  replicas: Replicas,
): Record<string, string> {
  const urls = (of: ProcessName) => replicas[of].map(({ url }) => url).join(',')
  if ('monolith' in databases) return { DATABASE_URL: databases.monolith }
  const broker = { AMQP_URL: amqp!.url, AMQP_NAMESPACE: amqp!.namespace }
  if (name === 'orders')
    return { DATABASE_URL: databases.orders, INVENTORY_URLS: urls('inventory'), ...broker }
  if (name === 'inventory') return { DATABASE_URL: databases.inventory, ...broker }
  return { ORDERS_URLS: urls('orders'), INVENTORY_URLS: urls('inventory') }
}

/** Nothing listens on the ports chosen so far either, so a free one may be drawn twice. */
async function anotherFreePort(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (taken.has(port)) continue
    taken.add(port)
    return port
  }
}
