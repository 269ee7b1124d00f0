import type { Socket } from 'node:net'
import pg from 'pg'
import { isContention, isUnavailable } from './postgres-errors.ts'
import { SESSION_OPTIONS } from './postgres-session.ts'
import { tracing } from './tracing.ts'
import { traceStatements } from './tracing-postgres.ts'

export type Pool = pg.Pool
/** A connection inside a transaction. */
export type Tx = pg.PoolClient
/** Either: what a single statement can run on. */
export type Db = Pool | Tx

// bigint sums are money and pieces, far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const ignore = () => undefined

interface PoolOptions {
  url: string
  /** Named in pg_stat_activity. */
  name: string
  log: { warn(details: object, message: string): void }
}

/** How many connections a pool opens at most, and how long things may take on them, in milliseconds. */
export interface Limits {
  max: number
  connectionTimeoutMillis: number
  /** The server's clock: what takes longer is cancelled. */
  statement_timeout: number
  /** Ours, a little longer: what is not even cancelled by then hangs on a link that swallows all, and its connection is closed. */
  query_timeout: number
}

/** A pool whose connections cannot wait, run, hang or idle in a transaction without end. */
export function createPool({ url, name, log }: PoolOptions, limits: Limits): Pool {
  const pool = new pg.Pool({
    ...withSession(url),
    ...limits,
    application_name: name,
    idleTimeoutMillis: 30_000,
    lock_timeout: 3_000,
    // A link that swallows us leaves the server with a transaction of ours, and with its locks: for so long they hold others up.
    // The relay's waits for the broker's confirms.
    idle_in_transaction_session_timeout: 8_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
  })
  // Without a listener, an idle connection that breaks would end the process; the pool replaces it by itself.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'an idle database connection broke'))
  // The pool does not listen to a connection that is checked out; whoever has it hears of the break by its statement.
  pool.on('connect', (client) => client.on('error', ignore))
  if (tracing) traceStatements(pool, tracing)
  return pool
}

/** How to connect, with our settings of a session. What the URL itself asks of one comes last, and holds. */
export function withSession(
  url: string,
  options = SESSION_OPTIONS,
): { connectionString: string; options?: string } {
  const asks = /[?&]options=/
  if (!asks.test(url)) return { connectionString: url, options }
  return { connectionString: url.replace(asks, (name) => name + encodeURIComponent(`${options} `)) }
}

/**
 * Runs `work` in a transaction. What it returns is committed; `undefined` means that there was nothing to keep, and
 * is rolled back, as is anything thrown. `begin` travels with the first statement: connections pipeline.
 */
export function transaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return tracing
    ? tracing.around('transaction', () => runTransaction(pool, work))
    : runTransaction(pool, work)
}

async function runTransaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let unfit: Error | undefined
  try {
    sendTogether(client)
    const begun = client.query('begin')
    begun.catch(ignore)
    const result = await work(client)
    await begun
    await client.query(result === undefined ? 'rollback' : 'commit')
    return result
  } catch (error) {
    unfit = await rollBack(client, error as Error)
    throw error
  } finally {
    client.release(unfit)
  }
}

/**
 * A connection that does not answer, or that the server does not let work, is not asked to roll back: closing it does.
 * @returns why the connection must be closed, if it must
 */
async function rollBack(client: Tx, error: Error): Promise<Error | undefined> {
  if (socketOf(client)?.destroyed || isServersFault(error)) return error
  return client.query('rollback').then(ignore, (failed: Error) => failed)
}

/** A server that only reads, has other tables or no right for us: a new connection may find another server, or the same one mended. */
const isServersFault = (error: Error) =>
  error instanceof pg.DatabaseError && isUnavailable(error) && !isContention(error)

/** What is asked of this connection until the end of this turn leaves in one write. */
function sendTogether(client: Tx): void {
  const socket = socketOf(client)
  if (!socket) return
  socket.cork()
  process.nextTick(() => socket.uncork())
}

/** Not in pg's documentation: a test fails when a newer pg has its socket elsewhere. */
export const socketOf = (client: pg.ClientBase): Socket | undefined =>
  (client as pg.ClientBase & { connection?: { stream?: Socket } }).connection?.stream
