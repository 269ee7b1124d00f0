import { release } from './leash.ts'
import { startPostgres } from './postgres.ts'
import { startRabbitmq } from './rabbitmq.ts'
import { createRunDir } from './run-dir.ts'
import { UserError } from './user-error.ts'

export type Infra = {
  /** URL of a PostgreSQL superuser. */
  postgresUrl: string
  amqpUrl: string
  /** Process ids of what was started here; what was attached to has none. */
  pids: { postgres?: number; readonly rabbitmq?: number }
  /** Resolves when RabbitMQ accepts connections, too. @throws UserError when it never will */
  ready: Promise<void>
  /** Directory for this command's data and logs; `stop` removes it. */
  dir: string
  /** Stops what was started here and removes its data. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL and RabbitMQ, side by side, for this command alone. Resolves when PostgreSQL is ready and RabbitMQ's
 * address is known: it takes longest to start, and what needs it can start meanwhile. `ready` tells of both.
 * @throws UserError when one does not start; the other is stopped first
 */
export async function startInfra(): Promise<Infra> {
  try {
    return await start()
  } catch (error) {
    await release()
    throw isDiskFull(error)
      ? new UserError('The disk is full: PostgreSQL and RabbitMQ did not start.')
      : error
  }
}

async function start(): Promise<Infra> {
  const dir = await createRunDir()
  const starting = [startPostgres({ dir: dir.path }), startRabbitmq({ dir: dir.path })] as const
  const started = await Promise.allSettled(starting)

  const stop = async () => {
    await Promise.all(started.map((it) => (it.status === 'fulfilled' ? it.value.stop() : undefined)))
    await dir.remove()
    await release()
  }
  if (started.some(({ status }) => status === 'rejected')) await stop()
  const [postgres, rabbitmq] = await Promise.all(starting)
  return {
    postgresUrl: postgres.url,
    amqpUrl: rabbitmq.url,
    pids: {
      postgres: postgres.pid,
      get rabbitmq() {
        return rabbitmq.pid
      },
    },
    ready: rabbitmq.ready,
    dir: dir.path,
    stop,
  }
}

/** Node's own errors have a code; those of commands tell it on their standard error. */
function isDiskFull(error: unknown) {
  const { code, stderr } = error as { code?: unknown; stderr?: unknown }
  return code === 'ENOSPC' || /No space left on device/.test(String(stderr))
}
