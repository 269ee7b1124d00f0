import pg from 'pg'

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

/** A pool whose connections cannot wait, run or idle in a transaction without end. */
export function createPool({ url, name, log }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: 10,
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
  pool.on('connect', (client) => client.on('error', ignore))
  return pool
}

/**
 * Runs `work` in a transaction. What it returns is committed; `undefined` means that there was nothing to keep, and
 * is rolled back, as is anything thrown. `begin` travels with the first statement: connections pipeline.
 * @param begin the statement that opens it, with what else belongs to its start
 */
export async function transaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>, begin = 'begin'): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const begun = client.query(begin)
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
