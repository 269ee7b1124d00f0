import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { pathToFileURL } from 'node:url'
import { MESSAGING_MIGRATIONS, MESSAGING_SCHEMA } from '@shop/messaging/schema.ts'
import { migrate, type Schema } from '@shop/shared/runtime/migrate.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { catalogOf } from './support/catalog.ts'
import { testServers } from './support/stack.ts'

const at = (path: string) => new URL(`../${path}`, import.meta.url)
/** Each database: where its migrations are, in their order, and what they are to arrive at. */
const DATABASES = {
  monolith: {
    folders: {
      inventory: at('monolith/src/modules/inventory/migrations/'),
      orders: at('monolith/src/modules/orders/migrations/'),
    },
    wholes: [at('monolith/src/modules/inventory/schema.sql'), at('monolith/src/modules/orders/schema.sql')],
  },
  orders: {
    folders: { orders: at('services/orders/src/migrations/'), ...MESSAGING_MIGRATIONS },
    wholes: [at('services/orders/src/schema.sql'), MESSAGING_SCHEMA],
  },
  inventory: {
    folders: { inventory: at('services/inventory/src/migrations/'), ...MESSAGING_MIGRATIONS },
    wholes: [at('services/inventory/src/schema.sql'), MESSAGING_SCHEMA],
  },
}
const FILES = /^\d{3}\.do\.[a-z0-9-]+\.sql$/
const ALONE = /^(create|drop) (unique )?index concurrently if (not )?exists [^;]+;$/

let storage: Storage
let owner: pg.Client
let user: pg.Client
let dir: string
let said: { message: string; reason?: string; advice?: string }[]
const running: Schema[] = []

const urls = ({ databases, owners }: Storage) => ({
  user: (databases as { monolith: string }).monolith,
  owner: (owners as { monolith: string }).monolith,
})

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

beforeEach(async () => {
  storage = await createStorage('monolith', testServers())
  owner = await connect(urls(storage).owner)
  user = await connect(urls(storage).user)
  // What a checkout may lie below, and what a pattern of file names would take for its own.
  dir = await mkdtemp(`${tmpdir()}/migrations {a,b} [c] (d) !e ü-`)
  said = []
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()))
  await Promise.all([owner.end(), user.end()])
  await storage.remove()
  await rm(dir, { recursive: true })
})

function start(folders: Record<string, URL>, url = urls(storage).owner): Schema {
  const schema = migrate({
    url,
    name: 'test',
    folders,
    probe: async () => undefined,
    log: {
      info: (message) => void said.push({ message }),
      warn: (details, message) => void said.push({ ...details, message }),
    },
  })
  running.push(schema)
  return schema
}

/** Writes these files into the folder of a module called `shop`. */
async function files(contents: Record<string, string>): Promise<{ shop: URL }> {
  await mkdir(`${dir}/shop`, { recursive: true })
  for (const [name, sql] of Object.entries(contents)) await writeFile(`${dir}/shop/${name}`, sql)
  return { shop: pathToFileURL(`${dir}/shop/`) }
}

const TABLE = { '001.do.table.sql': 'create table thing (id int primary key, n int);' }
const INDEX = { '002.do.index.sql': 'create unique index concurrently if not exists thing_n on thing (n);' }

async function versions(): Promise<number[]> {
  const { rows } = await owner.query<{ version: number }>(
    'select version::int from shop_schema_version order by 1',
  )
  return rows.map(({ version }) => version)
}
const complaints = () => said.flatMap(({ reason }) => reason ?? [])
const complainsOf = (text: RegExp) => eventually(async () => assert.match(complaints().join('\n'), text))

describe.each(Object.entries(DATABASES))('the migrations of %s', (_name, { folders, wholes }) => {
  it('arrive at what schema.sql says', async () => {
    await start(folders).applied
    const arrived = await catalogOf(urls(storage).owner)
    await owner.query('drop schema public cascade; create schema public')
    for (const file of wholes) await owner.query(await readFile(file, 'utf8'))
    expect(arrived).toEqual(await catalogOf(urls(storage).owner))
    expect(arrived.length).toBeGreaterThan(20)
  })

  it('take over a database of the version before them, with what is in it', async () => {
    for (const folder of Object.values(folders))
      await owner.query(await readFile(new URL('001.do.first.sql', folder), 'utf8'))
    await start(folders).applied
    const arrived = await catalogOf(urls(storage).owner)
    await owner.query('drop schema public cascade; create schema public')
    for (const file of wholes) await owner.query(await readFile(file, 'utf8'))
    expect(arrived).toEqual(await catalogOf(urls(storage).owner))
    expect(complaints()).toEqual([])
  })

  it('are numbered without gaps, and what PostgreSQL does outside of transactions stands alone', async () => {
    for (const folder of Object.values(folders)) {
      const names = (await readdir(folder)).sort()
      expect(names.map((it) => Number(it.slice(0, 3)))).toEqual(names.map((_, i) => i + 1))
      for (const name of names) {
        expect(name).toMatch(FILES)
        const sql = (await readFile(new URL(name, folder), 'utf8')).replace(/^--.*\n/gm, '').trim()
        if (/concurrently/i.test(sql)) expect(sql).toMatch(ALONE)
      }
    }
  })
})

describe('migrations', () => {
  it('are made once, in order, whoever starts at the same time', async () => {
    const folders = await files({
      ...TABLE,
      ...INDEX,
      '003.do.row.sql': 'insert into thing select coalesce(max(id), 0) + 1 from thing;',
    })
    await Promise.all(Array.from({ length: 6 }, () => start(folders).applied))
    expect(await versions()).toEqual([1, 2, 3])
    expect((await user.query('select id from thing')).rows).toEqual([{ id: 1 }])
  })

  it('are of each module by itself', async () => {
    const { shop } = await files(TABLE)
    await mkdir(`${dir}/more`)
    await writeFile(`${dir}/more/001.do.more.sql`, 'create table more (id int references thing);')
    await start({ shop, more: pathToFileURL(`${dir}/more/`) }).applied
    expect((await user.query('select from more_schema_version')).rowCount).toBe(1)
  })

  it('make nothing of a database that is ahead, even for one who may not change it', async () => {
    await start(await files({ ...TABLE, ...INDEX })).applied
    await rm(`${dir}/shop/002.do.index.sql`)
    await start(await files({}), urls(storage).user).applied
    expect(await versions()).toEqual([1, 2])
    expect((await catalogOf(urls(storage).owner)).join()).toContain('thing_n')
    expect(complaints()).toEqual([])
  })

  it('are kept whole or not at all, and go on once they are mended', async () => {
    await start(await files({ ...TABLE, '002.do.half.sql': 'create table half (); select 1 / 0;' }))
    await complainsOf(/division by zero/)
    expect(await versions()).toEqual([1])
    await expect(owner.query('select from half')).rejects.toMatchObject({ code: '42P01' })
    await files({ '002.do.half.sql': 'create table half ();' })
    await running[0]!.applied
    expect(await versions()).toEqual([1, 2])
  })

  it('make an index again whose making was cut short', async () => {
    await start(await files(TABLE)).applied
    await owner.query('insert into thing values (1, 7), (2, 7)')
    const schema = start(await files(INDEX))
    await complainsOf(/could not create unique index/)
    expect((await catalogOf(urls(storage).owner)).join()).toContain('(n) valid f')
    await owner.query('delete from thing where id = 2')
    await schema.applied
    expect((await catalogOf(urls(storage).owner)).join()).toContain('(n) valid t')
  })

  it('take an index for made that was, though nobody wrote it down', async () => {
    await start(await files({ ...TABLE, ...INDEX })).applied
    await owner.query('delete from shop_schema_version where version = 2')
    await start(await files({})).applied
    expect(await versions()).toEqual([1, 2])
    expect(complaints()).toEqual([])
  })

  it('let those write who come after them, while they wait for a table', async () => {
    await start(await files(TABLE)).applied
    const reader = await connect(urls(storage).user)
    await reader.query('begin; select from thing')
    const schema = start(await files({ '002.do.column.sql': 'alter table thing add column more int;' }))
    await complainsOf(/lock timeout/)
    for (let id = 0; id < 3; id++) await user.query(`insert into thing values (${id})`)
    await reader.query('commit')
    await schema.applied
    await reader.end()
  })

  it('wait for whatever was there before an index can be made, and hold up nobody', async () => {
    await start(await files(TABLE)).applied
    const writer = await connect(urls(storage).user)
    await writer.query('begin; insert into thing values (1)')
    const first = start(await files(INDEX))
    await eventually(async () => assert.equal((await activity('create unique')).length, 1))
    const second = start(await files({}))
    await eventually(async () => assert.ok(said.some((it) => /another process/.test(it.message))))
    await user.query('insert into thing values (2)')
    await writer.query('commit')
    await Promise.all([first.applied, second.applied])
    await writer.end()
    expect(complaints()).toEqual([])
  })

  it('are not ended by a limit of the role', async () => {
    const role = new URL(urls(storage).owner).username
    for (const limit of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'])
      await asAdmin(`alter role ${role} set ${limit} = '50ms'`)
    await start(await files({ '001.do.slow.sql': 'select pg_sleep(0.5); create table slow ();' })).applied
    expect(complaints()).toEqual([])
  })

  it.each([
    [
      'was changed',
      '002.do.more.sql',
      'create table other ();',
      /MD5 checksum failed for migration \[2\].*by a new one/,
    ],
    ['came late', '001.do.table.sql', '', /1 came after 2 was applied.*next number/],
  ])('say so when a file %s after it was applied', async (what, file, sql, expected) => {
    const all = { '002.do.more.sql': 'create table more ();', ...(what === 'was changed' && TABLE) }
    await start(await files(all)).applied
    const schema = start(await files({ [file]: sql }))
    await complainsOf(expected)
    await expect(schema.check()).rejects.toThrow('the schema is not in place yet')
  })

  it('do not mind the line ends of a checkout', async () => {
    const sql = 'create table thing (\n  id int\n);\n'
    await start(await files({ '001.do.table.sql': sql })).applied
    await start(await files({ '001.do.table.sql': sql.replaceAll('\n', '\r\n') })).applied
    expect(complaints()).toEqual([])
  })

  it('are missed when there are none', async () => {
    start(await files({}))
    await complainsOf(/migrations of shop are missing/)
  })

  it('say what to do about a role that may not', async () => {
    const { user: url } = urls(storage)
    start(await files(TABLE), url)
    await complainsOf(/permission denied/)
    expect(said.at(-1)!.advice).toContain('MIGRATION_DATABASE_URL')
  })

  it('end in the server, too, when they are stopped, and leave the turn to others', async () => {
    const schema = start(await files({ '001.do.long.sql': 'select pg_sleep(600);' }))
    await eventually(async () => assert.equal((await activity('select pg_sleep')).length, 1))
    await schema.stop()
    await eventually(async () => assert.deepEqual(await activity('select pg_sleep'), []))
    await start(await files({ '001.do.long.sql': 'select 1;' })).applied
    expect(complaints()).toEqual([])
  })

  it('stop while they wait for their turn', async () => {
    await owner.query('select pg_advisory_lock(7433002)')
    const schema = start(await files(TABLE))
    await eventually(async () => assert.ok(said.some((it) => /another process/.test(it.message))))
    await schema.stop()
    expect(complaints()).toEqual([])
  })
})

/** What runs in the database, by how it begins. */
async function activity(start: string): Promise<unknown[]> {
  const { rows } = await owner.query(
    `select query from pg_stat_activity
     where datname = current_database() and state = 'active' and starts_with(query, $1) and pid <> pg_backend_pid()`,
    [start],
  )
  return rows
}

async function asAdmin(sql: string): Promise<void> {
  const admin = await connect(testServers().postgresUrl)
  await admin.query(sql)
  await admin.end()
}
