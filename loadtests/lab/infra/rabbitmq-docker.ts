import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { leashContainer } from './leash.ts'
import { startFailure } from './log-tail.ts'
import { logsDir } from './paths.ts'
import type { Rabbitmq } from './rabbitmq.ts'
import { untilAmqp } from './rabbitmq-attach.ts'
import { UserError } from './user-error.ts'

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim()

/** Starts RabbitMQ as a container that listens on a free port of 127.0.0.1 alone, without plugins. */
export async function startRabbitmqContainer(image: string): Promise<Rabbitmq> {
  const name = `one-shop-twice-${process.pid}-${randomBytes(3).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const unleash = leashContainer(name)
  const stop = async () => {
    await docker('rm', '--force', '--volumes', name).catch(() => {})
    unleash()
  }
  try {
    await docker('run', '--detach', '--rm', '--name', name, ...options(password), image)
    const port = (await docker('port', name, '5672/tcp')).split('\n')[0]!.split(':').at(-1)
    const url = `amqp://shop:${password}@127.0.0.1:${port}`
    const problem = await untilAmqp(url, () => false)
    if (!problem) return { url, pid: await beamPid(name), ready: Promise.resolve(), stop }
    throw await failure(name, problem)
  } catch (error) {
    await stop()
    if (error instanceof UserError) throw error
    const reason = (error as { stderr?: string }).stderr || (error as Error).message
    throw new UserError(`RabbitMQ did not start in Docker: ${reason.trim().split('\n').at(-1)}`)
  }
}

function options(password: string): string[] {
  const settings = ['-rabbit disk_free_limit 50000000', '-ra wal_max_size_bytes 33554432']
  const environment = {
    RABBITMQ_DEFAULT_USER: 'shop',
    RABBITMQ_DEFAULT_PASS: password,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: settings.join(' '),
    // The image enables the management plugin by its file.
    RABBITMQ_ENABLED_PLUGINS_FILE: '/var/lib/rabbitmq/no_plugins',
  }
  const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  return ['--publish', '127.0.0.1::5672', '--hostname', 'localhost', ...variables]
}

async function failure(name: string, problem: string) {
  await mkdir(logsDir, { recursive: true })
  const log = `${logsDir}/rabbitmq-container.log`
  await writeFile(log, await docker('logs', name).catch(() => ''))
  return startFailure('RabbitMQ', log, problem)
}

/** The Erlang VM among the container's processes; undefined where they run in a virtual machine. */
async function beamPid(name: string): Promise<number | undefined> {
  const rows = (await docker('top', name, '-eo', 'pid,comm').catch(() => '')).split('\n')
  const pid = Number(
    rows
      .find((row) => row.includes('beam'))
      ?.trim()
      .split(/\s+/)[0],
  )
  const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  return command.startsWith('beam') ? pid : undefined
}
