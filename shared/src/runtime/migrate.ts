import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { backoff } from './backoff.ts'
import { Missing } from './health.ts'
import { type Folders, type Log, runMigrations } from './migrations.ts'
import { socketOf, withSession } from './postgres.ts'
import { SESSION_OPTIONS } from './postgres-session.ts'

const RETRY_MS = { first: 200, most: 2_000 }
const CONNECT_MS = 3_000
/** From the first statement on: a server's own limit may be too short for any. */
const UNLIMITED = `${SESSION_OPTIONS} -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0`
/** What says who is wrong, and that only a person can mend. */
const ADVICE: Record<string, string> = {
  '28P01':
    'PostgreSQL refuses the role: check user and password in MIGRATION_DATABASE_URL, or else DATABASE_URL',
  '28000':
    'PostgreSQL refuses the role: check user and password in MIGRATION_DATABASE_URL, or else DATABASE_URL',
  '3D000': 'there is no such database: create it, or check MIGRATION_DATABASE_URL, or else DATABASE_URL',
  '42501': 'this role may not change the schema: set MIGRATION_DATABASE_URL to a role that owns the tables',
}

interface Options {
  /** Of a role that owns the tables. */
  url: string
  /** The process, as named in pg_stat_activity. */
  name: string
  /** Where each module's files are, in the order in which modules build on each other. */
  folders: Folders
  /** Asks whether the database can be used. */
  probe(): Promise<void>
  log: Log & { warn(details: object, message: string): void }
}

export interface Schema {
  /** For readiness: rejects until the schema is in place and the database answers. */
  check(): Promise<unknown>
  /** Resolves once the schema is in place; never, when it is stopped before. */
  applied: Promise<void>
  /** Ends what is under way, a migration too: it is rolled back, or made again at the next start. */
  stop(): Promise<void>
}

/**
 * Brings the schema up to this code's migrations, in the background: a process starts whether or not PostgreSQL is there
 * yet, and tries until it is. A schema that is ahead of this code is left as it is.
 */
export function migrate({ url, name, folders, probe, log }: Options): Schema {
  const stopping = new AbortController()
  const { signal } = stopping
  const inPlace = Promise.withResolvers<void>()
  let applied = false

  async function tryUntilApplied(): Promise<void> {
    for (let tried = 0; !signal.aborted; tried++) {
      try {
        await withClient({ url, name, signal }, (client) => runMigrations(client, folders, { log, signal }))
        applied = true
        log.info('the schema is in place')
        return inPlace.resolve()
      } catch (error) {
        if (!signal.aborted)
          log.warn(explain(error as NodeJS.ErrnoException), 'the schema is not in place yet')
      }
      await delay(backoff(tried, RETRY_MS), undefined, { signal }).catch(() => undefined)
    }
  }

  const done = tryUntilApplied()
  return {
    applied: inPlace.promise,
    async check() {
      if (!applied) throw new Missing('the schema is not in place yet')
      return probe()
    },
    async stop() {
      stopping.abort()
      await done
    },
  }
}

interface Connecting {
  url: string
  name: string
  signal: AbortSignal
}

/** A connection of its own: what it locks goes with it, and no limit of the pool ends what takes its time. */
async function withClient({ url, name, signal }: Connecting, work: (client: pg.Client) => Promise<void>) {
  const client = new pg.Client({
    ...withSession(url, UNLIMITED),
    application_name: `${name} migrations`,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  // Whoever waits for a statement hears of the break by it.
  client.on('error', () => undefined)
  const abandon = () => socketOf(client)?.destroy()
  signal.addEventListener('abort', abandon, { once: true })
  try {
    await client.connect()
    signal.throwIfAborted()
    await work(client)
  } finally {
    signal.removeEventListener('abort', abandon)
    // Whatever is not committed is rolled back.
    await client.end()
  }
}

function explain({ message, code = '' }: NodeJS.ErrnoException): object {
  return { reason: message, ...(ADVICE[code] && { advice: ADVICE[code] }) }
}
