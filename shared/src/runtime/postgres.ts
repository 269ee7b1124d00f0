import type { Socket } from 'node:net'
import pg from 'pg'
import { statementsSent } from './metrics.ts'
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
  /** The most connections to open. */
  connections?: number
  log: { warn(details: object, message: string): void }
}

/** A pool whose connections cannot wait, run or idle in a transaction without end. */
export function createPool({ url, name, log, connections = 10 }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: connections,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 5_000,
    lock_timeout: 3_000,
    idle_in_transaction_session_timeout: 15_000,
    pipeline: true,
  })
  // Without a listener, an idle connection that breaks would end the process; the pool replaces it by itself.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'an idle database connection broke'))
  // The pool does not listen to a connection that is checked out; whoever has it hears of the break by its statement.
  pool.on('connect', (client) => {
    client.on('error', ignore)
    countStatements(client)
  })
  if (tracing) traceStatements(pool, tracing)
  return pool
}

/** All that is sent passes `query` of its connection, whether it was asked of the pool or within a transaction. */
function countStatements(client: Tx): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((config: unknown, values: unknown, callback: unknown) => {
    statementsSent.inc()
    return query(config, values, callback)
  }) as Tx['query']
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
  let broken: Error | undefined
  try {
    sendTogether(client)
    const begun = client.query('begin')
    begun.catch(ignore)
    const result = await work(client)
    await begun
    await client.query(result === undefined ? 'rollback' : 'commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => {
      broken = failed
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** What is asked of this connection until the end of this turn leaves in one write, if its socket can be had. */
function sendTogether(client: Tx): void {
  // Not in pg's documentation.
  const { connection } = client as Tx & { connection?: { stream: Socket } }
  if (!connection) return
  connection.stream.cork()
  process.nextTick(() => connection.stream.uncork())
}
