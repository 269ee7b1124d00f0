import pg from 'pg'
import { useStack } from './support/stack.ts'

/** SQLSTATE insufficient_privilege: the role is known, and its password right. */
const DENIED = '42501'

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

describe('the databases of the services', () => {
  const stack = useStack('services')
  const urls = () => stack.current.databases as Record<'orders' | 'inventory', string>

  it.each(['orders', 'inventory'] as const)('let %s into its own', async (name) => {
    const client = await connect(urls()[name])
    const { rows } = await client.query('select count(*)::int as messages from outbox')
    expect(rows).toHaveLength(1)
    await client.end()
  })

  it.each([
    ['orders', 'inventory'],
    ['inventory', 'orders'],
  ] as const)('do not let %s into that of %s', async (role, other) => {
    const url = new URL(urls()[role])
    url.pathname = new URL(urls()[other]).pathname
    await expect(connect(url.href)).rejects.toMatchObject({ code: DENIED })
  })

  it.each(['orders', 'inventory'] as const)('do not let %s into those of the server itself', async (role) => {
    for (const database of ['postgres', 'template1']) {
      const url = new URL(urls()[role])
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

  /** Runs `work` as each role, on its own database. */
  async function asEach(work: (client: pg.Client) => Promise<void>): Promise<void> {
    for (const url of Object.values(stack.current.databases)) {
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
    ['copy files in', "copy pg_temp.loot from '/etc/passwd'"],
    ['copy files out', "copy pg_temp.loot to '/tmp/loot'"],
    ['run programs', "copy pg_temp.loot from program 'id'"],
    ['load code', 'create function loot() returns int language c as $$/tmp/loot.so$$'],
    ['read passwords', 'select rolpassword from pg_authid'],
    ['change settings of the server', "alter system set log_statement = 'all'"],
  ])('cannot %s', (_what, statement) =>
    asEach(async (client) => {
      await client.query('create temporary table loot (line text)')
      await expect(client.query(statement)).rejects.toMatchObject({ code: DENIED })
    }),
  )

  it('own their database, and all that is in it', () =>
    asEach(async (client) => {
      const { rows } = await client.query(
        `select pg_get_userbyid(datdba) = current_user as database,
                (select bool_and(pg_get_userbyid(relowner) = current_user)
                 from pg_class where relnamespace = 'public'::regnamespace) as tables
         from pg_database where datname = current_database()`,
      )
      expect(rows).toEqual([{ database: true, tables: true }])
    }))
})
