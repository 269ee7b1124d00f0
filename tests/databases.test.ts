import pg from 'pg'
import type { StackDatabases } from '../loadtests/lab/stacks/stack.ts'
import { useStack } from './support/stack.ts'

/** SQLSTATE insufficient_privilege: the role is known, and its password right. */
const DENIED = '42501'
/** Stands for a table of the database, whichever that is. */
const ITS_OWN = 'its_own_table'

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function attempt(client: pg.Client, statement: string) {
  const { rows } = await client.query<{ name: string }>(
    "select min(relname::text) as name from pg_class where relname like '%schema_version'",
  )
  return client.query(statement.replace(ITS_OWN, rows[0]!.name))
}

describe('the databases of the services', () => {
  const stack = useStack('services')
  type Urls = Record<'orders' | 'inventory', string>
  const urls = () => stack.current.databases as Urls
  const bothUrls = (name: keyof Urls) => [urls()[name], (stack.current.owners as Urls)[name]]

  it.each(['orders', 'inventory'] as const)('let %s into its own', async (name) => {
    const client = await connect(urls()[name])
    const { rows } = await client.query('select count(*)::int as messages from outbox')
    expect(rows).toHaveLength(1)
    await client.end()
  })

  it.each([
    ['orders', 'inventory'],
    ['inventory', 'orders'],
  ] as const)('do not let %s into that of %s, whoever it is', async (role, other) => {
    for (const own of bothUrls(role)) {
      const url = new URL(own)
      url.pathname = new URL(urls()[other]).pathname
      await expect(connect(url.href)).rejects.toMatchObject({ code: DENIED })
    }
  })

  it.each(['orders', 'inventory'] as const)('do not let %s into those of the server itself', async (role) => {
    for (const [own, database] of bothUrls(role).flatMap(
      (it) =>
        [
          [it, 'postgres'],
          [it, 'template1'],
        ] as const,
    )) {
      const url = new URL(own)
      url.pathname = `/${database}`
      const client = await connect(url.href).catch((error: pg.DatabaseError) => error)
      if (client instanceof Error) continue
      // Every role may connect to these by default; there is nothing to see, and nothing to make.
      await expect(client.query('create table loot (a int)')).rejects.toMatchObject({ code: DENIED })
      await client.end()
    }
  })
})

describe.each(['monolith', 'services'] as const)('the roles of the %s', (name) => {
  const stack = useStack(name)

  const asUser = (work: (client: pg.Client) => Promise<void>) => as(stack.current.databases, work)
  const asEach = async (work: (client: pg.Client) => Promise<void>) => {
    await asUser(work)
    await as(stack.current.owners, work)
  }

  /** Runs `work` as the role of each of these, on its database. */
  async function as(urls: StackDatabases, work: (client: pg.Client) => Promise<void>): Promise<void> {
    for (const url of Object.values(urls)) {
      const client = await connect(url)
      try {
        await work(client)
      } finally {
        await client.end()
      }
    }
  }

  it('can become nobody else, and make no role and no database', () =>
    asEach(async (client) => {
      const { rows } = await client.query(
        `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
                (select count(*)::int from pg_auth_members where member = r.oid) as memberships
         from pg_roles r where rolname = current_user`,
      )
      expect(rows).toEqual([
        {
          rolsuper: false,
          rolcreatedb: false,
          rolcreaterole: false,
          rolreplication: false,
          rolbypassrls: false,
          memberships: 0,
        },
      ])
      for (const statement of ['create role mallory', 'create database loot', 'set role postgres'])
        await expect(client.query(statement)).rejects.toMatchObject({ code: DENIED })
    }))

  it.each([
    ['read files', "select pg_read_file('/etc/passwd')"],
    ['list files', "select pg_ls_dir('/')"],
    ['copy files in', `copy ${ITS_OWN} from '/etc/passwd'`],
    ['copy files out', `copy ${ITS_OWN} to '/tmp/loot'`],
    ['run programs', `copy ${ITS_OWN} from program 'id'`],
    ['load code', 'create function loot() returns int language c as $$/tmp/loot.so$$'],
    ['read passwords', 'select rolpassword from pg_authid'],
    ['change settings of the server', "alter system set log_statement = 'all'"],
  ])('cannot %s', (_what, statement) =>
    asEach(async (client) => {
      await expect(attempt(client, statement)).rejects.toMatchObject({ code: DENIED })
    }),
  )

  it('own the database and all that is in it, or nothing', async () => {
    const ownsAll = `
      select pg_get_userbyid(datdba) = current_user as database,
             (select array_agg(distinct pg_get_userbyid(relowner) = current_user)
              from pg_class where relnamespace = 'public'::regnamespace) as tables
      from pg_database where datname = current_database()`
    const asked = (expected: object) => async (client: pg.Client) =>
      expect((await client.query(ownsAll)).rows).toEqual([expected])
    await as(stack.current.owners, asked({ database: true, tables: [true] }))
    await asUser(asked({ database: false, tables: [false] }))
  })

  it.each([
    ['make a table', 'create table loot (a int)'],
    ['make a schema', 'create schema loot'],
    ['add a column', `alter table ${ITS_OWN} add column loot int`],
    ['make an index', `create index loot on ${ITS_OWN} (version)`],
    ['empty a table', `truncate ${ITS_OWN}`],
    [
      'make a trigger',
      `create trigger loot before insert on ${ITS_OWN} execute function pg_catalog.suppress_redundant_updates_trigger()`,
    ],
    ['drop a table', `drop table ${ITS_OWN}`],
  ])('cannot %s, unless they own it', (_what, statement) =>
    asUser((client) => expect(attempt(client, statement)).rejects.toMatchObject({ code: DENIED })),
  )

  it('may read and write the rows of every table', () =>
    asUser(async (client) => {
      const { rows } = await client.query(
        `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
         and not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
                  and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))`,
      )
      expect(rows).toEqual([])
    }))
})
