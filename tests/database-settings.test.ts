import assert from 'node:assert/strict'
import { createDatabase } from '@shop/shared/runtime/database.ts'
import { buy, cancel, listOrders, newProduct, place, readOrder } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer } from '@shop/shared/testing/context.ts'
import pg from 'pg'
import { Registry } from 'prom-client'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import { startTestStack, testSecret, testServers } from './support/stack.ts'

/** What somebody's server may be set to, for a database and a role: each has broken somebody's application. */
const HOSTILE = {
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Kathmandu',
  client_encoding: 'LATIN1',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  search_path: 'elsewhere',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  idle_session_timeout: '300ms',
  statement_timeout: '1ms',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  plan_cache_mode: 'force_custom_plan',
}
const BUYERS = 20
const NAME = 'Ängström \\ Öl’s “Ü” 日本'

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: testServers().postgresUrl })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

/** The database, or the role, of this URL, as a statement names it. */
function whose(kind: 'database' | 'role', databaseUrl: string): string {
  const { pathname, username } = new URL(databaseUrl)
  return `${kind} ${kind === 'database' ? pathname.slice(1) : decodeURIComponent(username)}`
}

const makeHostile = (what: string) =>
  asAdmin(async (admin) => {
    for (const [setting, value] of Object.entries(HOSTILE)) {
      const list = value.split(', ').map(pg.escapeLiteral).join(', ')
      await admin.query(`alter ${what} set ${setting} = ${list}`)
    }
  })

describe.each(['monolith', 'services'] as const)('the %s, on a server set to everything else', (name) => {
  it.each(['database', 'role'] as const)(
    'by its %s, works the same',
    async (kind) => {
      const stack = await startTestStack(name, { start: false })
      try {
        const hostile = Object.values(stack.databases).map((url) => whose(kind, url))
        for (const it of hostile) await makeHostile(it)
        const planned = stack.planned.map((it) => it.name)
        for (const it of planned) await stack.control.start(it)
        await Promise.all(planned.map((it) => stack.control.ready(it)))

        const context = createContext({ baseUrl: stack.url, secret: testSecret })
        const customer = newCustomer(context)
        const sku = await newProduct(context, 1_000, { name: NAME, priceCents: 1_250 })
        const order = await buy(context, customer, [{ sku, quantity: 1 }])
        const age = Date.now() - Date.parse(order.createdAt)
        expect(Math.abs(age)).toBeLessThan(60_000)
        expect(order.lines[0]!.name).toBe(NAME)
        expect(await readOrder(context, customer, order.id)).toEqual(order)
        expect((await listOrders(context, customer)).items).toEqual([order])
        expect((await cancel(context, customer, order.id)).status).toBe(200)
        // One product that everybody wants: at another isolation most would be told to try again.
        const placed = await Promise.all(
          Array.from({ length: BUYERS }, () => place(context, newCustomer(context), [{ sku, quantity: 1 }])),
        )
        expect(placed.map(({ status }) => status)).toEqual(Array(BUYERS).fill(201))
        for (const it of hostile) await asAdmin((admin) => admin.query(`alter ${it} reset all`))
        const { checks } = await auditStack(stack.databases, stack.amqp)
        expect(checks.filter(({ ok }) => !ok)).toEqual([])
      } finally {
        await stack.stop()
      }
    },
    60_000,
  )
})

describe('a connection', () => {
  it('has what the statements rely on, and what its URL asks for', async () => {
    const stack = await startTestStack('monolith', { start: false })
    assert.ok('monolith' in stack.databases)
    const url = stack.databases.monolith
    await makeHostile(whose('database', url))
    const settingsOf = async (url: string) => {
      const log = { warn: () => undefined }
      const database = createDatabase({ url, name: 'test', connections: 2, log, metrics: new Registry() })
      try {
        const { rows } = await database.pool.query<{ name: string; setting: string }>(
          'select lower(name) as name, setting from pg_settings where lower(name) = any($1)',
          [Object.keys(HOSTILE).map((it) => it.toLowerCase())],
        )
        return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
      } finally {
        await database.end()
      }
    }
    const own = await settingsOf(url)
    const hostile = Object.entries(HOSTILE).filter(([name, value]) => own[name.toLowerCase()] === value)
    expect(hostile).toEqual([])
    const asked = await settingsOf(`${url}?options=-c%20search_path%3Dshop%20-c%20work_mem%3D8MB`)
    expect(asked).toEqual({ ...own, search_path: 'shop' })
    await stack.stop()
  })
})
