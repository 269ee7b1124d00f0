import pg from 'pg'
import { useStack } from './support/stack.ts'

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
    // 42501 is insufficient_privilege: the role is known, and its password right.
    await expect(connect(url.href)).rejects.toMatchObject({ code: '42501' })
  })

  it('are of roles that can become nobody else', async () => {
    for (const name of ['orders', 'inventory'] as const) {
      const client = await connect(urls()[name])
      const { rows } = await client.query(
        `select rolsuper, rolcreatedb, rolcreaterole,
                (select count(*)::int from pg_auth_members where member = r.oid) as memberships
         from pg_roles r where rolname = current_user`,
      )
      expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false, memberships: 0 }])
      await client.end()
    }
  })
})
