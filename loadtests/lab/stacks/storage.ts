import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { createDatabases, type Database, databaseUrl, dropDatabases, type Role } from '../infra/databases.ts'
import type { Infra } from '../infra/infra.ts'
import { removeNamespace } from './namespace.ts'
import type { StackAmqp, StackDatabases, StackName } from './stack.ts'

const LOOK_AGAIN_MS = 20
/** How long PostgreSQL may take to notice that a client is gone. */
const GONE_WITHIN_MS = 3_000

/** What a stack keeps its state in: fresh databases, and a namespace of its own on the broker. */
export type Storage = {
  /** The random suffix of all its names. */
  id: string
  databases: StackDatabases
  /** The same, for the roles that own them. */
  owners: StackDatabases
  amqp?: StackAmqp
  /** Call it once the processes have ended. Returns a sentence for each thing that was left behind. */
  remove(): Promise<string[]>
}

/** Creates the databases of a stack, with roles and passwords of their own, and chooses a namespace. */
export async function createStorage(
  stack: StackName,
  infra: Pick<Infra, 'postgresUrl' | 'amqpUrl' | 'amqpUsers'>,
): Promise<Storage> {
  const id = randomBytes(5).toString('hex')
  const wanted = (stack === 'monolith' ? ['monolith'] : ['orders', 'inventory']).map((name) =>
    fresh(name, id),
  )
  await createDatabases(infra.postgresUrl, wanted)
  const urlsFor = (who: 'owner' | 'user') =>
    wanted.map((database) => databaseUrl(infra.postgresUrl, database.name, database[who]))
  const databases = named(stack, urlsFor('user'))
  const owners = named(stack, urlsFor('owner'))
  const removeDatabases = async () => {
    const left = await connectionsLeft(infra.postgresUrl, wanted)
    await dropDatabases(infra.postgresUrl, wanted)
    return left
  }
  if (stack === 'monolith') return { id, databases, owners, remove: removeDatabases }
  const amqp = { url: infra.amqpUrl, users: infra.amqpUsers, namespace: `shop-${id}` }
  return {
    id,
    databases,
    owners,
    amqp,
    remove: async () => (await Promise.all([removeDatabases(), removeNamespace(amqp)])).flat(),
  }
}

const named = (stack: StackName, [first, second]: string[]): StackDatabases =>
  stack === 'monolith' ? { monolith: first! } : { orders: first!, inventory: second! }

const fresh = (name: string, id: string): Database => ({
  name: `shop_${name}_${id}`,
  owner: freshRole(`shop_${name}_${id}_owner`),
  user: freshRole(`shop_${name}_${id}`),
})

const freshRole = (role: string): Role => ({ role, password: randomBytes(18).toString('base64url') })

async function connectionsLeft(adminUrl: string, databases: Database[]): Promise<string[]> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    const deadline = Date.now() + GONE_WITHIN_MS
    for (;;) {
      const { rows } = await admin.query<{ datname: string; application_name: string; count: string }>(
        `select datname, application_name, count(*) from pg_stat_activity
         where datname = any($1) group by datname, application_name`,
        [databases.map(({ name }) => name)],
      )
      if (rows.length === 0) return []
      if (Date.now() > deadline) {
        return rows.map(
          (it) => `${it.count} connections of '${it.application_name}' to ${it.datname} were left open`,
        )
      }
      await delay(LOOK_AGAIN_MS)
    }
  } finally {
    await admin.end()
  }
}
