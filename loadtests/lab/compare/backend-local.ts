import { randomBytes } from 'node:crypto'
import type { BudgetKind } from '../budget/budget.ts'
import { connectionsOf } from '../budget/connections.ts'
import { release } from '../infra/leash.ts'
import { type Postgres, startPostgres } from '../infra/postgres.ts'
import { type Rabbitmq, startRabbitmq } from '../infra/rabbitmq.ts'
import { createRunDir } from '../infra/run-dir.ts'
import { type Stack, type StackName, startStack } from '../stacks/start.ts'
import type { Backend, StartBackend } from './backend.ts'
import { createTarget } from './local-target.ts'
import { postgresVersion, rabbitmqVersion } from './versions.ts'

const DESCRIPTION =
  'Plain processes on this machine, k6 among them. Each stack has a PostgreSQL server of its own, so that neither pays for what the other left to be written.'

type Stoppable = { stop(): Promise<unknown> }

/** The stacks as processes of this machine. All that can start side by side does. */
export const startLocal: StartBackend = async (names, budget) => {
  const dir = await createRunDir()
  const started: Stoppable[] = []
  const keep = async <T extends Stoppable>(starting: Promise<T>): Promise<T> => {
    const it = await starting
    started.push(it)
    return it
  }
  const stop = async () => {
    const complaints: string[] = []
    // What started last leans on what started first.
    for (const it of started.toReversed())
      complaints.push(...(((await it.stop()) as string[] | undefined) ?? []))
    await dir.remove()
    await release()
    return complaints
  }
  try {
    return { ...(await startAll({ names, budget, dir: dir.path }, keep)), dir: dir.path, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Keep = <T extends Stoppable>(starting: Promise<T>) => Promise<T>

type Wanted = { names: StackName[]; budget: BudgetKind; dir: string }

async function startAll({ names, budget, dir }: Wanted, keep: Keep): Promise<Omit<Backend, 'dir' | 'stop'>> {
  const secret = randomBytes(32).toString('hex')
  const [rabbitmq, ...servers] = await allOf([
    names.includes('services') ? keep(startRabbitmq({ dir })) : Promise.resolve(undefined),
    ...names.map((name) => keep(startPostgres({ dir: `${dir}/${name}-data` }))),
  ] as [Promise<Rabbitmq | undefined>, ...Promise<Postgres>[]])

  const starting = names.map((name, i) =>
    keep(startOne(name, { budget, postgres: servers[i]!, rabbitmq, dir, secret })),
  )
  const [, ...stacks] = await allOf([rabbitmq?.ready ?? Promise.resolve(), ...starting] as [
    Promise<void>,
    ...Promise<Stack>[],
  ])
  return {
    targets: stacks.map((stack, i) => ({
      ...createTarget(stack, servers[i]!, rabbitmq),
      databaseConnections: connectionsOf(stack.name, budget).inAll,
    })),
    secret,
    versions: {
      postgresql: await postgresVersion(servers[0]!.url),
      rabbitmq: rabbitmq ? await rabbitmqVersion(rabbitmq.url) : null,
    },
    description: DESCRIPTION,
  }
}

type Around = {
  budget: BudgetKind
  postgres: Postgres
  rabbitmq: Rabbitmq | undefined
  dir: string
  secret: string
}

function startOne(name: StackName, { budget, postgres, rabbitmq, dir, secret }: Around): Promise<Stack> {
  const infra = { postgresUrl: postgres.url, amqpUrl: rabbitmq?.url ?? '', amqpUsers: rabbitmq?.users, dir }
  const env = () => ({ DATABASE_CONNECTIONS: String(connectionsOf(name, budget).each) })
  return startStack(name, { infra, secret, env })
}

/** Like `Promise.all`, but waits for all even when one fails, so that none is left starting. */
async function allOf<T extends Promise<unknown>[] | [Promise<unknown>, ...Promise<unknown>[]]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises)
  return Promise.all(promises) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>
}
