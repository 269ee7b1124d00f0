import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import {
  asUser,
  type BrokerPasswords,
  brokerDefinitions,
  createBrokerPasswords,
  usersAt,
} from './broker-users.ts'
import { dockerEnvironment } from './docker-client.ts'
import { leashContainer } from './leash.ts'
import { startFailure } from './log-tail.ts'
import { type BrokerOutage, DISK_FREE_LIMIT, MORE_THAN_ANY_DISK } from './outage.ts'
import { logsDir } from './paths.ts'
import { freePort } from './ports.ts'
import type { Rabbitmq } from './rabbitmq.ts'
import { untilAmqp } from './rabbitmq-attach.ts'
import { SLEEP_WHEN_IDLE } from './rabbitmq-node.ts'
import { UserError } from './user-error.ts'

const DEFINITIONS = '/etc/rabbitmq/definitions.json'

const docker = async (...args: string[]) =>
  (await promisify(execFile)('docker', args, { env: dockerEnvironment() })).stdout.trim()

/** Starts RabbitMQ as a container that listens on a free port of 127.0.0.1 alone, without plugins. */
export async function startRabbitmqContainer(image: string): Promise<Rabbitmq> {
  const name = `one-shop-twice-${process.pid}-${randomBytes(3).toString('hex')}`
  const passwords = createBrokerPasswords()
  const unleash = leashContainer(name)
  const stop = async () => {
    await docker('rm', '--force', '--volumes', name).catch(() => {})
    unleash()
  }
  try {
    // A port that is chosen here stays the same when the container comes back.
    const port = await freePort()
    await docker('create', '--name', name, ...options(port), image)
    await configure(name, passwords)
    await docker('start', name)
    const url = asUser(`amqp://127.0.0.1:${port}`, 'shop', passwords.shop)
    const problem = await untilAmqp(url, () => false)
    if (!problem) {
      const pid = await beamPid(name)
      const users = usersAt(url, passwords)
      return { url, users, pid, ready: Promise.resolve(), outage: outageOf(name, url), stop }
    }
    throw await failure(name, problem)
  } catch (error) {
    await stop()
    if (error instanceof UserError) throw error
    const reason = (error as { stderr?: string }).stderr || (error as Error).message
    throw new UserError(`RabbitMQ did not start in Docker: ${reason.trim().split('\n').at(-1)}`)
  }
}

function outageOf(name: string, url: string): BrokerOutage {
  const ctl = async (...args: string[]) => void (await docker('exec', name, 'rabbitmqctl', ...args))
  return {
    stop: async () => void (await docker('stop', name)),
    kill: async () => void (await docker('kill', name)),
    async start() {
      await docker('start', name)
      const problem = await untilAmqp(url, () => false)
      if (problem) throw await failure(name, problem)
    },
    diskAlarm: (raised) => ctl('set_disk_free_limit', raised ? MORE_THAN_ANY_DISK : DISK_FREE_LIMIT),
    ctl,
  }
}

/** Copied into a container that has not started: what stands in its environment, `docker inspect` shows to all. */
async function configure(name: string, passwords: BrokerPasswords): Promise<void> {
  const dir = await mkdtemp(`${tmpdir()}/one-shop-twice-`)
  try {
    await writeFile(`${dir}/definitions.json`, JSON.stringify(brokerDefinitions(passwords)))
    await mkdir(`${dir}/conf.d`)
    await writeFile(`${dir}/conf.d/20-shop.conf`, `load_definitions = ${DEFINITIONS}\n`)
    // They keep their modes, and RabbitMQ is not their owner there.
    for (const file of ['definitions.json', 'conf.d/20-shop.conf']) await chmod(`${dir}/${file}`, 0o644)
    await chmod(`${dir}/conf.d`, 0o755)
    await docker('cp', `${dir}/definitions.json`, `${name}:${DEFINITIONS}`)
    await docker('cp', `${dir}/conf.d`, `${name}:/etc/rabbitmq/`)
  } finally {
    await rm(dir, { recursive: true })
  }
}

function options(port: number): string[] {
  const settings = [
    SLEEP_WHEN_IDLE,
    `-rabbit disk_free_limit ${DISK_FREE_LIMIT}`,
    '-ra wal_max_size_bytes 33554432',
  ]
  const environment = {
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: settings.join(' '),
    // The image enables the management plugin by its file.
    RABBITMQ_ENABLED_PLUGINS_FILE: '/var/lib/rabbitmq/no_plugins',
  }
  const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  return ['--publish', `127.0.0.1:${port}:5672`, '--hostname', 'localhost', ...variables]
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
