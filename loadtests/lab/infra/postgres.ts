import { execFile } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { chown, mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { type FoundPostgres, readFound } from './found.ts'
import { endGroup, hasExited, spawnLeashed, stopLeashed } from './leash.ts'
import { startFailure } from './log-tail.ts'
import type { Outage } from './outage.ts'
import { freePort } from './ports.ts'
import { clusterTemplate, SUPERUSER } from './postgres-template.ts'
import { asAccount, unprivilegedAccount } from './unprivileged.ts'
import { UserError } from './user-error.ts'

const READY_WITHIN_MS = 60_000
const LOOK_AGAIN_MS = 25
const START_ATTEMPTS = 50

// Durability stays on: what it costs is part of what is measured.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  huge_pages: 'off',
  jit: 'off',
  log_min_messages: 'warning',
}

export type Postgres = {
  /** URL of a superuser's connection. */
  url: string
  /** The postmaster, when it was started here. */
  readonly pid?: number
  /** Makes it go and come back; undefined for a server that was not started here. */
  outage?: Outage
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL on a fresh cluster in `dir`, on a free port of 127.0.0.1, or attaches to `POSTGRES_URL`.
 * Resolves when it answers queries.
 * @throws UserError when it does not start
 */
export async function startPostgres({ dir }: { dir: string }): Promise<Postgres> {
  if (process.env.POSTGRES_URL) return attach(process.env.POSTGRES_URL)
  const found = readFound().postgres
  if (found.kind === 'url') {
    throw new UserError(
      'The set-up was made with POSTGRES_URL, which is not set now. Set it, or run: npm run setup',
    )
  }
  return startEmbedded(found, dir)
}

async function attach(url: string): Promise<Postgres> {
  const failure = await tryQuery(url)
  if (failure) throw new UserError(`POSTGRES_URL does not answer: ${failure.message}`)
  return { url, stop: async () => {} }
}

async function startEmbedded(found: FoundPostgres & { kind: 'embedded' }, dir: string): Promise<Postgres> {
  const account = unprivilegedAccount()
  const template = await clusterTemplate(found.bin, found.version, account)
  const data = `${dir}/postgres`
  await mkdir(dir, { recursive: true })
  // cp keeps owners and modes, and shares blocks where the file system can.
  await promisify(execFile)('cp', ['-Rp', template.data, data])
  if (account) await chown(data, account.uid, account.gid)

  const port = await freePort()
  const args = ['-D', data, '-p', String(port)]
  for (const [name, value] of Object.entries(SETTINGS)) args.push('-c', `${name}=${value}`)
  const server = asAccount(account, `${found.bin}/postgres`, args, [found.bin, dir])
  const log = `${dir}/postgres.log`
  const launch = () => {
    const output = openSync(log, 'a')
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients to leave.
    const child = spawnLeashed(server.command, server.args, {
      ...server.options,
      cwd: '/',
      stdio: ['ignore', output, output],
      stopSignal: 'SIGINT',
    })
    closeSync(output)
    return child
  }
  let child = launch()
  const url = `postgres://${SUPERUSER}:${template.password}@127.0.0.1:${port}/postgres`
  const requireReady = async () => {
    const problem = await untilReady(url, () => hasExited(child))
    if (!problem) return
    await stopLeashed(child)
    throw await startFailure('PostgreSQL', log, problem)
  }
  const hasStarted = async () => !(await untilReady(url, () => hasExited(child)))
  await requireReady()
  return {
    url,
    get pid() {
      return child.pid
    },
    outage: {
      stop: () => stopLeashed(child),
      kill: () => endGroup(child),
      async start() {
        child = launch()
        // Backends outlive a killed postmaster by a moment, and a new one refuses to start until they have gone.
        for (let attempt = 1; attempt < START_ATTEMPTS && !(await hasStarted()); attempt++) child = launch()
        await requireReady()
      },
    },
    stop: () => stopLeashed(child),
  }
}

/** Undefined once it answers, else why it never will. */
async function untilReady(url: string, hasEnded: () => boolean): Promise<string | undefined> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    const failure = await tryQuery(url)
    if (!failure) return undefined
    if (hasEnded()) return 'it ended at once'
    if (Date.now() > deadline)
      return `it did not answer within ${READY_WITHIN_MS / 1000} s (${failure.message})`
    await delay(LOOK_AGAIN_MS)
  }
}

async function tryQuery(url: string): Promise<Error | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return undefined
  } catch (error) {
    return error as Error
  } finally {
    await client.end().catch(() => {})
  }
}
