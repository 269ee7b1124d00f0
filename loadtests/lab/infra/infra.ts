import type { AmqpUsers } from './broker-users.ts'
import { release } from './leash.ts'
import type { BrokerOutage, Outage } from './outage.ts'
import { startPostgres } from './postgres.ts'
import { startRabbitmq } from './rabbitmq.ts'
import { createRunDir } from './run-dir.ts'
import { UserError } from './user-error.ts'

export type Infra = {
  /** URL of a PostgreSQL superuser. */
  postgresUrl: string
  /** URL of a RabbitMQ administrator. */
  amqpUrl: string
  /** URLs of the services' own RabbitMQ users; absent with a broker of somebody else's. */
  amqpUsers?: AmqpUsers
  /** Process ids of what was started here; what was attached to has none. */
  pids: { readonly postgres?: number; readonly rabbitmq?: number }
  /** What makes the servers go and come back; undefined for those that were attached to. */
  outages: { postgres?: Outage; rabbitmq?: BrokerOutage }
  /** Resolves when RabbitMQ accepts connections, too. @throws UserError when it never will */
  ready: Promise<void>
  /** Directory for this command's data and logs; `stop` removes it. */
  dir: string
  /** Stops what was started here and removes its data. */
  stop(): Promise<void>
}

/** How many are running or starting: what watches over the children of this process goes with the last. */
let count = 0

/**
 * Starts PostgreSQL and RabbitMQ, side by side, for this command alone. Resolves when PostgreSQL is ready and RabbitMQ's
 * address is known: it takes longest to start, and what needs it can start meanwhile. `ready` tells of both.
 * @throws UserError when one does not start; the other is stopped first
 */
export async function startInfra(): Promise<Infra> {
  count++
  try {
    return await start()
  } catch (error) {
    await releaseLast()
    throw isDiskFull(error)
      ? new UserError('The disk is full: PostgreSQL and RabbitMQ did not start.')
      : error
  }
}

async function start(): Promise<Infra> {
  const dir = await createRunDir()
  const starting = [startPostgres({ dir: dir.path }), startRabbitmq({ dir: dir.path })] as const
  const started = await Promise.allSettled(starting)

  const end = async () => {
    await Promise.all(started.map((it) => (it.status === 'fulfilled' ? it.value.stop() : undefined)))
    await dir.remove()
  }
  if (started.some(({ status }) => status === 'rejected')) await end()
  const [postgres, rabbitmq] = await Promise.all(starting)
  return {
    postgresUrl: postgres.url,
    amqpUrl: rabbitmq.url,
    ...(rabbitmq.users && { amqpUsers: rabbitmq.users }),
    pids: {
      get postgres() {
        return postgres.pid
      },
      get rabbitmq() {
        return rabbitmq.pid
      },
    },
    outages: { postgres: postgres.outage, rabbitmq: rabbitmq.outage },
    ready: rabbitmq.ready,
    dir: dir.path,
    stop: async () => {
      await end()
      await releaseLast()
    },
  }
}

async function releaseLast() {
  count--
  if (count === 0) await release()
}

/** Node's own errors have a code; those of commands tell it on their standard error. */
function isDiskFull(error: unknown) {
  const { code, stderr } = error as { code?: unknown; stderr?: unknown }
  return code === 'ENOSPC' || /No space left on device/.test(String(stderr))
}
