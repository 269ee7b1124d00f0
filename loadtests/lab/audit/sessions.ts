import pg, { type Client } from 'pg'
import { UserError } from '../infra/user-error.ts'
import type { StackDatabases } from '../stacks/stack.ts'

const ORDERS = ['orders', 'order_line']
const INVENTORY = ['product', 'restock']

/** Connections to a stack's databases; the monolith has one that stands for all. */
export type Sessions = { orders: Client; inventory: Client; all: Client[] }

/** Opens a connection to each database. @throws UserError when one cannot be reached */
export async function openSessions(databases: StackDatabases): Promise<Sessions> {
  if ('monolith' in databases) {
    const client = await connect(databases.monolith, [...ORDERS, ...INVENTORY])
    return { orders: client, inventory: client, all: [client] }
  }
  const orders = await connect(databases.orders, [...ORDERS, 'outbox'])
  try {
    const inventory = await connect(databases.inventory, [
      ...INVENTORY,
      'reservation',
      'reservation_line',
      'outbox',
    ])
    return { orders, inventory, all: [orders, inventory] }
  } catch (error) {
    await orders.end()
    throw error
  }
}

async function connect(connectionString: string, tables: string[]): Promise<Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'audit',
    connectionTimeoutMillis: 5_000,
  })
  const { host, pathname } = new URL(connectionString)
  try {
    await client.connect()
  } catch (error) {
    throw new UserError(`The database ${host}${pathname} cannot be reached: ${(error as Error).message}`)
  }
  const { rows } = await client.query<{ table: string }>(
    `select wanted as table from unnest($1::text[]) as wanted where to_regclass(wanted) is null`,
    [tables],
  )
  if (rows.length === 0) return client
  await client.end()
  const missing = rows.map(({ table }) => table).join(', ')
  throw new UserError(
    `The database ${host}${pathname} has no table ${missing}: it is another one, or its stack never ran.`,
  )
}

/**
 * Fixes one moment in each database, and puts copies of `orders` and `order_line` beside inventory's own tables when they
 * are in another database. The copies end with the connection.
 */
export async function freeze({ orders, inventory, all }: Sessions): Promise<void> {
  for (const client of all) await client.query('begin isolation level repeatable read')
  if (orders === inventory) return
  await copyTable(orders, inventory, 'orders', 'id uuid, status text')
  await copyTable(orders, inventory, 'order_line', 'order_id uuid, sku text, quantity integer')
}

/** The rows cross as one JSON text, which nothing here has to read. */
async function copyTable(from: Client, to: Client, table: string, columns: string) {
  const names = columns.split(', ').map((column) => column.split(' ')[0])
  const { rows } = await from.query<{ text: string }>(
    `select coalesce(json_agg(it), '[]')::text as text from (select ${names} from ${table}) as it`,
  )
  await to.query(`create temp table ${table} (${columns}) on commit drop`)
  await to.query(`insert into ${table} select * from json_to_recordset($1::json) as it (${columns})`, [
    rows[0]!.text,
  ])
}
