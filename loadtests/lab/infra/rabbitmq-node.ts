import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname } from 'node:path'
import { promisify } from 'node:util'
import {
  asUser,
  type BrokerPasswords,
  brokerDefinitions,
  createBrokerPasswords,
  usersAt,
} from './broker-users.ts'
import { ownEnvironment } from './environment.ts'
import { type Epmd, startEpmd } from './epmd.ts'
import { endGroup, hasExited, spawnLeashed, stopLeashed } from './leash.ts'
import { startFailure } from './log-tail.ts'
import { DISK_FREE_LIMIT, MORE_THAN_ANY_DISK } from './outage.ts'
import { plainPath } from './plain-path.ts'
import { freePort } from './ports.ts'
import type { Rabbitmq } from './rabbitmq.ts'
import { untilAmqp, untilRefused } from './rabbitmq-attach.ts'
import { slimServer } from './rabbitmq-slim.ts'

const run = promisify(execFile)

/**
 * Erlang's schedulers spin for a while before they sleep, which is CPU time that somebody else on this machine could use. It is
 * what RabbitMQ's own page on its runtime advises where CPU is scarce.
 */
export const SLEEP_WHEN_IDLE = '+sbwt none +sbwtdcpu none +sbwtdio none'

type Ports = { amqp: number; distribution: number }

/**
 * Starts a RabbitMQ node of our own: own name, ports, cookie, data and epmd, on 127.0.0.1, without plugins.
 * @param serverPath the `rabbitmq-server` that was found
 * @param erl the Erlang that was found for it; without it, the first on PATH
 */
export async function startRabbitmqNode(serverPath: string, dir: string, erl?: string): Promise<Rabbitmq> {
  await mkdir(`${dir}/rabbitmq/log`, { recursive: true })
  const { home, tree, remove } = await plainPath(`${dir}/rabbitmq`)
  const epmd = await startEpmd(home, erl)
  const ports = { amqp: await freePort(), distribution: await freePort() }
  const passwords = createBrokerPasswords()
  await writeConfiguration(home, ports, passwords)

  const server = slimServer(serverPath, tree)
  const env = ownEnvironment({ ...(erl && withFirst(dirname(erl))), ...environment(home, ports, epmd) })
  const launch = () => {
    const console = openSync(`${home}/log/console.log`, 'a')
    const child = spawnLeashed(server, [], { cwd: home, env, stdio: ['ignore', console, console] })
    closeSync(console)
    return child
  }
  const ctl = async (...args: string[]) => void (await run(`${dirname(server)}/rabbitmqctl`, args, { env }))
  let child = launch()
  const stop = async () => {
    await stopLeashed(child, 15_000)
    await epmd.stop()
    await remove()
  }
  const url = asUser(`amqp://127.0.0.1:${ports.amqp}`, 'shop', passwords.shop)
  const requireReady = async () => {
    const problem = await untilAmqp(url, () => hasExited(child) || hasExited(epmd.child))
    if (!problem) return
    await stop()
    throw await startFailure('RabbitMQ', `${home}/log/console.log`, problem)
  }
  const ready = requireReady()
  // Whoever started it hears of a failure by awaiting `ready`; until then it is nobody's unhandled rejection.
  ready.catch(() => undefined)
  return {
    url,
    users: usersAt(url, passwords),
    get pid() {
      return beamPid(home) ?? child.pid
    },
    ready,
    outage: {
      stop: () => stopLeashed(child, 15_000),
      async kill() {
        await endGroup(child)
        await untilRefused(url)
      },
      start() {
        child = launch()
        return requireReady()
      },
      diskAlarm: (raised) => ctl('set_disk_free_limit', raised ? MORE_THAN_ANY_DISK : DISK_FREE_LIMIT),
      ctl,
    },
    stop,
  }
}

async function writeConfiguration(home: string, ports: Ports, passwords: BrokerPasswords) {
  const settings = {
    'listeners.tcp.local': `127.0.0.1:${ports.amqp}`,
    load_definitions: `${home}/definitions.json`,
    'disk_free_limit.absolute': DISK_FREE_LIMIT,
    // The default of 512 MiB is held in memory up to three times.
    'raft.wal_max_size_bytes': 32 * 1024 * 1024,
    'log.console': 'true',
    'log.console.level': 'info',
    'log.file': 'false',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  await Promise.all([
    writeFile(`${home}/rabbitmq.conf`, lines.join('')),
    writeFile(`${home}/definitions.json`, JSON.stringify(brokerDefinitions(passwords)), { mode: 0o600 }),
    writeFile(`${home}/enabled_plugins`, '[].\n'),
    writeFile(`${home}/env.conf`, ''),
    writeFile(`${home}/.erlang.cookie`, randomBytes(16).toString('hex'), { mode: 0o400 }),
  ])
}

function environment(home: string, ports: Ports, epmd: Epmd): NodeJS.ProcessEnv {
  return {
    HOME: home,
    ERL_EPMD_PORT: String(epmd.port),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // For RabbitMQ and for the helper that it starts to look for epmd.
    ERL_FLAGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: SLEEP_WHEN_IDLE,
    RABBITMQ_NODENAME: `shop-${ports.amqp}@localhost`,
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_BASE: home,
    RABBITMQ_MNESIA_BASE: `${home}/data`,
    RABBITMQ_LOG_BASE: `${home}/log`,
    RABBITMQ_CONFIG_FILE: `${home}/rabbitmq.conf`,
    // Else those in /etc/rabbitmq, where a machine's own broker has its settings.
    RABBITMQ_CONFIG_FILES: `${home}/conf.d/*.conf`,
    RABBITMQ_ADVANCED_CONFIG_FILE: `${home}/advanced.config`,
    RABBITMQ_GENERATED_CONFIG_DIR: `${home}/generated`,
    RABBITMQ_CONF_ENV_FILE: `${home}/env.conf`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${home}/enabled_plugins`,
    RABBITMQ_PID_FILE: `${home}/pid`,
  }
}

const withFirst = (directory: string) => ({ PATH: `${directory}${delimiter}${process.env.PATH ?? ''}` })

function beamPid(home: string): number | undefined {
  try {
    return Number(readFileSync(`${home}/pid`, 'utf8')) || undefined
  } catch {
    return undefined
  }
}
