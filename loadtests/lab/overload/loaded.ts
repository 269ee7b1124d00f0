import { randomBytes } from 'node:crypto'
import { signToken } from '@shop/shared/runtime/auth.ts'
import type { OrderCounts } from '../audit/answered.ts'
import { openSessions, type Sessions } from '../audit/sessions.ts'
import { connectionsOf } from '../budget/connections.ts'
import { type Infra, startInfra } from '../infra/infra.ts'
import type { Group } from '../sample/sampler.ts'
import { seedCatalogue } from '../seed.ts'
import { type Stack, type StackName, startStack } from '../stacks/start.ts'
import { moveToCores } from './cores.ts'
import type { Cores } from './result.ts'
import { CATALOGUE } from './rules.ts'

/** A stack that is there to be loaded, on servers of its own, and what was asked of it so far. */
export type Loaded = {
  stack: Stack
  infra: Infra
  secret: string
  sessions: Sessions
  /** All that works for the stack, PostgreSQL and RabbitMQ included. */
  groups: Group[]
  seed: number
  /** A product to probe with. */
  sku: string
  /** Loads so far. */
  runs: number
  counts: OrderCounts
  /** Stops everything. Returns a sentence for each thing that was not in order. */
  stop(): Promise<string[]>
}

/** Starts a stack on fresh servers, seeds it, and puts it on its cores. @throws UserError when something does not start */
export async function startLoaded(name: StackName, seed: number, cores: Cores): Promise<Loaded> {
  const infra = await startInfra()
  let stack: Stack | undefined
  let sessions: Sessions | undefined
  const stop = async () => {
    await Promise.all((sessions?.all ?? []).map((client) => client.end()))
    const complaints = (await stack?.stop()) ?? []
    await infra.stop()
    return complaints
  }
  try {
    const secret = randomBytes(32).toString('hex')
    const env = () => ({ DATABASE_CONNECTIONS: String(connectionsOf(name, 'fair').each) })
    const starting = startStack(name, { infra, secret, env })
    const [started] = await Promise.allSettled([starting, infra.ready])
    if (started.status === 'fulfilled') stack = started.value
    stack = await starting
    await infra.ready
    const token = await signToken(secret, { sub: 'seed', role: 'admin' }, '1h')
    const [product] = await seedCatalogue(stack.url, token, { ...CATALOGUE, seed })
    sessions = await openSessions(stack.databases)
    const counts = { answered: 0, lost: 0 }
    const groups = groupsOf(stack, infra)
    await moveToCores(groups, cores)
    return { stack, infra, secret, sessions, groups, seed, sku: product!.sku, runs: 0, counts, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function groupsOf({ processes, amqp }: Stack, { pids }: Infra): Group[] {
  const servers = [
    { name: 'PostgreSQL', pid: pids.postgres },
    // The monolith knows no broker, though one runs.
    ...(amqp ? [{ name: 'RabbitMQ', pid: pids.rabbitmq }] : []),
  ]
  return [...processes, ...servers.filter((it): it is Group => it.pid !== undefined)]
}
