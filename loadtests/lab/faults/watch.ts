import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { StackDatabases } from '../stacks/stack.ts'

const EVERY_MS = 150
const ANSWER_WITHIN_MS = 1_000

const NAME = 'I2 stock is conserved at every moment'

// Each is one statement, which sees one moment of the database.
const HELD = {
  monolith: `select l.sku, sum(l.quantity) as held from order_line l join orders o on o.id = l.order_id
             where o.status = 'confirmed' group by l.sku`,
  inventory: `select l.sku, sum(l.quantity) as held
              from reservation_line l join reservation r on r.order_id = l.order_id
              where r.status = 'reserved' group by l.sku`,
}
const sql = (held: string) => `
  select p.sku, p.available::int, coalesce(r.restocked, 0)::int as restocked, coalesce(h.held, 0)::int as held
  from product p
  left join (select sku, sum(quantity) as restocked from restock group by sku) r using (sku)
  left join (${held}) h using (sku)
  where p.available < 0 or coalesce(r.restocked, 0) - p.available <> coalesce(h.held, 0)`

export type Watch = {
  /** Ends it. @returns the samples, and what they found: `<check>: <detail>` */
  stop(): Promise<{ taken: number; databaseDown: number; violations: string[] }>
}

/** Looks, again and again, whether stock is conserved at this very moment on the database that keeps it. */
export function startWatch(databases: StackDatabases): Watch {
  const [url, statement] =
    'monolith' in databases
      ? [databases.monolith, sql(HELD.monolith)]
      : [databases.inventory, sql(HELD.inventory)]
  const stopping = new AbortController()
  let wrong = 0
  let first = ''
  let taken = 0
  let databaseDown = 0
  let client: pg.Client | undefined

  const sample = async () => {
    try {
      client ??= await connect(url)
      const { rows } = await client.query<Record<string, unknown>>(statement)
      taken++
      if (rows.length > 0 && wrong++ === 0) first = describe(rows)
    } catch {
      databaseDown++
      const broken = client
      client = undefined
      await broken?.end().catch(() => {})
    }
  }
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await sample()
      await delay(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
    await client?.end().catch(() => {})
  })()
  return {
    async stop() {
      stopping.abort()
      await running
      const violations = wrong === 0 ? [] : [`${NAME}: ${wrong} of ${taken} samples, such as ${first}`]
      return { taken, databaseDown, violations }
    },
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'watch',
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

function describe(rows: Record<string, unknown>[]): string {
  const { sku, restocked, available, held } = rows[0]!
  return `${rows.length} products, ${sku} with ${restocked} restocked, ${available} available, ${held} held`
}
