import { setTimeout as delay } from 'node:timers/promises'
import { Gauge, type Registry } from 'prom-client'
import { Missing } from './health.ts'
import { statementsSent } from './metrics.ts'
import { createPool, type Limits, type Pool, socketOf, type Tx } from './postgres.ts'

interface DatabaseOptions {
  url: string
  /** Named in pg_stat_activity. */
  name: string
  /** The most connections of the pool that does the work. */
  connections: number
  log: { warn(details: object, message: string): void }
  metrics: Registry
}

/** A database as a process uses it. */
export interface Database {
  /** Does the work. */
  pool: Pool
  /** Two connections more, with short limits: for what must be known while the others are busy or hang. */
  lane: Pool
  /** Asks, on a connection of its own, whether the database is there and takes writes. @throws why not */
  probe(): Promise<void>
  /** Closes all connections; those that do not answer are cut. */
  end(): Promise<void>
}

const WORK = {
  connectionTimeoutMillis: 3_000,
  statement_timeout: 5_000,
  query_timeout: 5_500,
}
const ASIDE: Omit<Limits, 'max'> = {
  connectionTimeoutMillis: 1_000,
  statement_timeout: 750,
  query_timeout: 1_000,
}
/** How long connections may take to end, in milliseconds. */
const END_MS = 1_000

export function createDatabase({ connections, metrics, ...options }: DatabaseOptions): Database {
  const pool = createPool(options, { ...WORK, max: connections })
  const lane = createPool(options, { ...ASIDE, max: 2 })
  // Not the lane: many who ask for their keys would make a busy database look like one that is not there.
  const prober = createPool(options, { ...ASIDE, max: 1 })
  const pools = [pool, lane, prober]
  const tracked = pools.map(track)
  for (const it of pools) {
    it.on('release', (error?: Error) => {
      if (error && outdatesOthers(error)) for (const { cutIdle } of tracked) cutIdle()
    })
  }
  for (const it of [pool, lane]) it.on('connect', countStatements)
  exposePool(pool, metrics)

  return {
    pool,
    lane,
    probe: () => probe(prober),
    async end() {
      const ended = Promise.all(pools.map((it) => it.end()))
      await Promise.race([ended, delay(END_MS, undefined, { ref: false })])
      for (const { cutAll } of tracked) cutAll()
    },
  }
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
 * Whether what one connection met says something of those that lie idle: they hang on the same dead link, lead to a server
 * that only reads now, or hold plans of a schema that has changed.
 */
const outdatesOthers = ({ message, code }: Error & { code?: string }) =>
  message === 'Query read timeout' || code === '25006' || code === '0A000'

async function probe(prober: Pool): Promise<void> {
  const client = await prober.connect()
  let unfit: Error | undefined
  try {
    const { rows } = await client.query<{ reads: boolean }>({
      name: 'probe',
      text: "select current_setting('transaction_read_only')::bool as reads",
    })
    // A session may keep to what was once the default: the next one asks anew.
    if (rows[0]!.reads) unfit = Object.assign(new Missing('it takes no writes'), { code: '25006' })
  } catch (error) {
    unfit = error as Error
  }
  client.release(unfit)
  if (unfit) throw unfit
}

/** Keeps an eye on the connections of a pool, so that they can be cut whatever they wait for. */
function track(pool: Pool): { cutIdle(): void; cutAll(): void } {
  const isIdle = new Map<Tx, boolean>()
  pool.on('acquire', (client) => isIdle.set(client, false))
  pool.on('release', (error, client) => isIdle.set(client, !error))
  pool.on('remove', (client) => isIdle.delete(client))
  const cut = (client: Tx) => socketOf(client)?.destroy()
  return {
    cutIdle() {
      for (const [client, idle] of isIdle) {
        if (!idle) continue
        cut(client)
        // So the pool knows before it hands this one out.
        client.emit('error', new Error('it may be as another was that broke'))
      }
    },
    cutAll() {
      for (const client of isIdle.keys()) cut(client)
    },
  }
}

function exposePool(pool: Pool, metrics: Registry): void {
  new Gauge({
    name: 'db_pool_connections',
    help: 'Connections to the database, by whether they are in use',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'idle' }, pool.idleCount)
    },
  })
  new Gauge({
    name: 'db_pool_waiting',
    help: 'Callers that wait for a connection to the database',
    registers: [metrics],
    collect() {
      this.set(pool.waitingCount)
    },
  })
}
