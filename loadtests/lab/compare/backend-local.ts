import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { BudgetKind } from '../budget/budget.ts'
import { connectionsOf } from '../budget/connections.ts'
import { localLaboratory } from '../infra/laboratory.ts'
import { release } from '../infra/leash.ts'
import { startPostgres } from '../infra/postgres.ts'
import { startRabbitmq } from '../infra/rabbitmq.ts'
import { createRunDir } from '../infra/run-dir.ts'
import { startStack } from '../stacks/start.ts'
import type { PlacedArm } from './arms.ts'
import type { Backend, StartBackend } from './backend.ts'
import { createTarget } from './local-target.ts'
import { postgresVersion, rabbitmqVersion } from './versions.ts'

const DESCRIPTION =
  'Plain processes on this machine, k6 among them. Each stack has servers of its own, so that neither pays for what the other left to be written.'

type Stoppable = { stop(): Promise<unknown> }

/** The stacks as processes of this machine. All that can start side by side does. */
export const startLocal: StartBackend = async (arms, budget) => {
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
    return { ...(await startAll({ arms, budget, dir: dir.path }, keep)), dir: dir.path, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Keep = <T extends Stoppable>(starting: Promise<T>) => Promise<T>

type Wanted = { arms: PlacedArm[]; budget: BudgetKind; dir: string }

async function startAll({ arms, budget, dir }: Wanted, keep: Keep): Promise<Omit<Backend, 'dir' | 'stop'>> {
  const secret = randomBytes(32).toString('hex')
  // A commit of another day may ask the broker for rights that today's users of it do not have.
  const asAdministrator = arms.some(({ commit }) => commit !== null)
  const started = await allOf(
    arms.map((arm) => startArm(arm, { budget, dir: `${dir}/${arm.name}`, secret, asAdministrator }, keep)),
  )
  const targets = started.map(({ arm, stack, postgres, rabbitmq }) => ({
    ...createTarget(arm.name, stack, postgres, rabbitmq),
    databaseConnections: connectionsOf(stack.name, budget).inAll,
  }))
  const broker = started.find(({ rabbitmq }) => rabbitmq)?.rabbitmq
  return {
    targets,
    laboratory: localLaboratory(() => targets.flatMap(({ shares }) => [...shares!.apps, ...shares!.rest])),
    secret,
    versions: {
      postgresql: await postgresVersion(started[0]!.postgres.url),
      rabbitmq: broker ? await rabbitmqVersion(broker.url) : null,
    },
    description: DESCRIPTION,
  }
}

type Around = { budget: BudgetKind; dir: string; secret: string; asAdministrator: boolean }

/** Starts an arm on servers of its own, as soon as these have addresses. */
async function startArm(arm: PlacedArm, { budget, dir, secret, asAdministrator }: Around, keep: Keep) {
  await mkdir(dir, { recursive: true })
  const [rabbitmq, postgres] = await allOf([
    arm.stack === 'services' ? keep(startRabbitmq({ dir })) : Promise.resolve(undefined),
    keep(startPostgres({ dir: `${dir}/data` })),
  ])
  const amqpUsers = asAdministrator ? undefined : rabbitmq?.users
  const infra = { postgresUrl: postgres.url, amqpUrl: rabbitmq?.url ?? '', amqpUsers, dir }
  const env = () => ({ DATABASE_CONNECTIONS: String(connectionsOf(arm.stack, budget).each) })
  const [stack] = await allOf([
    keep(startStack(arm.stack, { infra, secret, env, root: arm.root })),
    rabbitmq?.ready ?? Promise.resolve(),
  ])
  return { arm, stack, postgres, rabbitmq }
}

/** Like `Promise.all`, but waits for all even when one fails, so that none is left starting. */
async function allOf<T extends Promise<unknown>[] | [Promise<unknown>, ...Promise<unknown>[]]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises)
  return Promise.all(promises) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>
}
