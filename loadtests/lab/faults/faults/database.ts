import pg from 'pg'
import type { StackDatabases, StackName } from '../../stacks/stack.ts'
import type { Fault, FaultContext, Heal } from '../fault.ts'
import type { Endpoint } from '../result.ts'

/** Longer than a consumer's longest pause, so that messages are tried again and again meanwhile. */
const LASTS_MS = 10_000
const LOAD = { durationMs: 9_000, deadlineMs: 25_000 }

type Place = 'monolith' | 'orders' | 'inventory'
const PLACES: [Place, StackName][] = [
  ['monolith', 'monolith'],
  ['orders', 'services'],
  ['inventory', 'services'],
]

/** What needs only the other service's database. */
const GOES_ON: Record<Place, Endpoint[]> = {
  monolith: [],
  orders: ['listProducts', 'getProduct', 'restockProduct'],
  inventory: ['getOrder', 'listOrders', 'cancelOrder'],
}

/** A database in the hands of the server's administrator. Names are quoted. */
type Hands = {
  /** On the server's own database: to the fault's no session may belong. */
  query(sql: string): Promise<void>
  /** On the database itself. */
  within(sql: string): Promise<void>
  /** Ends all sessions of the shop there. */
  terminate(): Promise<void>
  name: string
  role: string
  password: string
}

type Kind = {
  kind: string
  title: string
  change(hands: Hands): Promise<void>
  undo(hands: Hands): Promise<void>
}

/** What PostgreSQL says no with: that it is the message's own fault it never says. */
const KINDS: Kind[] = [
  {
    kind: 'read-only',
    title: 'read-only, as after a failover to a standby (25006)',
    change: async ({ query, terminate, name }) => {
      await query(`alter database ${name} set default_transaction_read_only = on`)
      await terminate()
    },
    undo: async ({ query, terminate, name }) => {
      await query(`alter database ${name} reset default_transaction_read_only`)
      await terminate()
    },
  },
  {
    kind: 'password',
    title: 'another password than its service knows (28P01)',
    change: async ({ query, terminate, role }) => {
      await query(`alter role ${role} password 'another'`)
      await terminate()
    },
    undo: ({ query, role, password }) => query(`alter role ${role} password ${pg.escapeLiteral(password)}`),
  },
  {
    kind: 'grant',
    title: 'its tables not granted any more (42501)',
    change: ({ within, role }) => within(`revoke all on all tables in schema public from ${role}`),
    undo: ({ within, role }) => within(`grant all on all tables in schema public to ${role}`),
  },
  {
    kind: 'connection-limit',
    title: 'no more connections for its role (53300)',
    change: async ({ query, terminate, role }) => {
      await query(`alter role ${role} connection limit 0`)
      await terminate()
    },
    undo: ({ query, role }) => query(`alter role ${role} connection limit -1`),
  },
  {
    kind: 'renamed',
    title: 'under another name (3D000)',
    change: async ({ query, terminate, name }) => {
      // Who is let in meanwhile keeps the name.
      await query(`alter database ${name} allow_connections false`)
      await terminate()
      await query(`alter database ${name} rename to ${awayOf(name)}`)
    },
    undo: async ({ query, name }) => {
      await query(`alter database ${awayOf(name)} rename to ${name}`)
      await query(`alter database ${name} allow_connections true`)
    },
  },
  {
    kind: 'tables-away',
    title: 'without its tables (42P01)',
    change: ({ within }) => within('alter schema public rename to away'),
    undo: ({ within }) => within('alter schema away rename to public'),
  },
]

const awayOf = (name: string) => name.replace(/"$/, '_away"')

/** A database that says no to all that is asked, for reasons that have nothing to do with what is asked. */
export const databaseFaults: Fault[] = KINDS.flatMap((kind) =>
  PLACES.map(([place, stack]) => databaseFault(kind, place, stack)),
)

function databaseFault({ kind, title, change, undo }: Kind, place: Place, stack: StackName): Fault {
  return {
    name: `database-${kind}-${place}`,
    title: `the database of ${place} for ${LASTS_MS / 1000} s ${title}`,
    stacks: [stack],
    setup: { load: LOAD },
    holds: [`database-${place}`],
    needs: ['postgres'],
    lastsMs: LASTS_MS,
    expect: { goesOn: GOES_ON[place] },
    async inject(context) {
      const hands = handsOn(context, place)
      await change(hands)
      return () => undo(hands)
    },
  }
}

/** The processes of a service, started again while their tables are not there, with messages in their queues. */
export const lateSchemaFaults: Fault[] = PLACES.map(([place, stack]) => ({
  name: `database-schema-late-${place}`,
  title: `${place} started again before its schema is there`,
  stacks: [stack],
  setup: { load: LOAD },
  holds: [place, `database-${place}`],
  needs: ['postgres'],
  lastsMs: 5_000,
  expect: { goesOn: GOES_ON[place] },
  inject: (context) => startWithoutSchema(context, place),
}))

async function startWithoutSchema(context: FaultContext, place: Place): Promise<Heal> {
  const { control } = context.stack
  const { within } = handsOn(context, place)
  control.signal(place, 'SIGKILL')
  await control.ended(place)
  await within('alter schema public rename to away')
  await control.start(place)
  return () => within('alter schema away rename to public')
}

function handsOn({ stack: { databases }, infra }: FaultContext, place: Place): Hands {
  const url = new URL((databases as Extract<StackDatabases, object> & Record<Place, string>)[place])
  const database = url.pathname.slice(1)
  const own = new URL(infra.postgresUrl)
  own.pathname = url.pathname
  const query = (sql: string) => asAdmin(infra.postgresUrl, sql)
  return {
    query,
    within: (sql) => asAdmin(own.href, sql),
    terminate: () =>
      query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = ${pg.escapeLiteral(database)} and pid <> pg_backend_pid()`,
      ),
    name: pg.escapeIdentifier(database),
    role: pg.escapeIdentifier(decodeURIComponent(url.username)),
    password: decodeURIComponent(url.password),
  }
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url, application_name: 'lab' })
  admin.on('error', () => {})
  await admin.connect()
  try {
    await admin.query(sql)
  } finally {
    await admin.end()
  }
}
