import { existsSync } from 'node:fs'
import { freePort } from '../infra/ports.ts'
import type { Dependency, Preload, ProcessName, StackDatabases, StackName, StackOptions } from './stack.ts'
import type { Storage } from './storage.ts'

const HOST = '127.0.0.1'
/** All load comes from one address and a few customers; their limits are counted, and never met. */
const RATE_LIMIT_OFF = '1000000'
const NO_SHARE = '1'
/** A process that finds its modules compiled by an earlier start takes less memory, and those of a new checkout never are. */
const NOTHING_COMPILED = { NODE_DISABLE_COMPILE_CACHE: '1' }
/** Each kind of process, the public one first. */
const KINDS: Record<StackName, ProcessName[]> = {
  monolith: ['monolith'],
  services: ['gateway', 'orders', 'inventory'],
}

/** Where the processes of a stack start: paths below the checkout's root. */
export const entriesOf = (stack: StackName) => KINDS[stack].map(entryOf)

const entryOf = (kind: ProcessName) =>
  kind === 'monolith' ? 'monolith/src/main.ts' : `services/${kind}/src/main.ts`

/** A process to be: its name, where it starts, and what its environment says. */
export type ProcessPlan = {
  name: string
  /** The checkout whose code it runs. Default: this one. */
  root?: string
  /** Path below the checkout's root. */
  entry: string
  url: string
  env: Record<string, string>
  preload?: Preload
}

/** A plan within a stack. */
export type StackPlan = ProcessPlan & { kind: ProcessName; isSpare: boolean }

type PlanOptions = Pick<
  StackOptions,
  'root' | 'secret' | 'logLevel' | 'replicas' | 'spares' | 'ports' | 'env' | 'preload' | 'via'
>
type Replica = { name: string; port: number; url: string; isSpare: boolean }
type Replicas = Partial<Record<ProcessName, Replica[]>>

/** The stack's processes, those with a public URL first. Ports are chosen here, as processes must know each other's. */
export async function planProcesses(
  stack: StackName,
  storage: Storage,
  options: PlanOptions,
): Promise<StackPlan[]> {
  const replicas: Replicas = {}
  const taken = new Set<number>()
  for (const kind of KINDS[stack]) replicas[kind] = await planReplicas(kind, options, taken)
  const common = {
    HOST,
    AUTH_SECRET: options.secret,
    LOG_LEVEL: options.logLevel ?? 'info',
    RATE_LIMIT: RATE_LIMIT_OFF,
    CALLER_SHARE: NO_SHARE,
    ...(options.root && NOTHING_COMPILED),
  }
  const plans: StackPlan[] = []
  for (const kind of KINDS[stack]) {
    const own = await addressesOf(kind, storage, replicas, options)
    for (const { name, port, url, isSpare } of replicas[kind]!) {
      plans.push({
        name,
        kind,
        isSpare,
        root: options.root,
        entry: entryOf(kind),
        url,
        env: { ...common, PORT: String(port), ...own, ...options.env?.(name, kind) },
        preload: options.preload?.(name, kind),
      })
    }
  }
  return plans
}

async function planReplicas(kind: ProcessName, options: PlanOptions, taken: Set<number>): Promise<Replica[]> {
  const count = options.replicas?.[kind] ?? 1
  const replicas: Replica[] = []
  for (let i = 0; i < count + (options.spares?.[kind] ?? 0); i++) {
    const port = (i === 0 && options.ports?.[kind]) || (await anotherFreePort(taken))
    const name = i === 0 ? kind : `${kind}-${i + 1}`
    replicas.push({ name, port, url: `http://${HOST}:${port}`, isSpare: i >= count })
  }
  return replicas
}

/** The part of the environment that says where a process finds what it depends on. */
async function addressesOf(
  kind: ProcessName,
  { databases, owners, amqp }: Storage,
  replicas: Replicas,
  { via = (_from, _to, url) => url, root }: PlanOptions,
): Promise<Record<string, string>> {
  const at = (to: Dependency, url: string) => via(kind, to, url)
  const all = async (to: 'orders' | 'inventory') =>
    (await Promise.all(replicas[to]!.map(({ url }) => at(to, url)))).join(',')
  if (kind === 'gateway') {
    return { ORDERS_URLS: await all('orders'), INVENTORY_URLS: await all('inventory') }
  }
  const urlFor = (urls: StackDatabases) =>
    at('postgres', (urls as Partial<Record<ProcessName, string>>)[kind]!)
  const postgres: Record<string, string> = changesSchemaAsItself(root)
    ? { DATABASE_URL: await urlFor(owners) }
    : { DATABASE_URL: await urlFor(databases), MIGRATION_DATABASE_URL: await urlFor(owners) }
  if (kind === 'monolith') return postgres
  return {
    ...postgres,
    AMQP_URL: await at('rabbitmq', amqp!.users?.[kind as 'orders' | 'inventory'] ?? amqp!.url),
    AMQP_NAMESPACE: amqp!.namespace,
    ...(kind === 'orders' && { INVENTORY_URLS: await all('inventory') }),
  }
}

/** True for a checkout from before schema changes had a role of their own. */
const changesSchemaAsItself = (root?: string) =>
  root !== undefined && !existsSync(`${root}/shared/src/runtime/migrate.ts`)

/** Nothing listens on the ports chosen so far either, so a free one may be drawn twice. */
async function anotherFreePort(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (taken.has(port)) continue
    taken.add(port)
    return port
  }
}
