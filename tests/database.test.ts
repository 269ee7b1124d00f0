import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase, type Database } from '@shop/shared/runtime/database.ts'
import { socketOf, transaction } from '@shop/shared/runtime/postgres.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { Registry } from 'prom-client'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { type ForgetfulLink, startForgetfulLink } from './support/forgetful-link.ts'
import { testServers } from './support/stack.ts'

const CONNECTIONS = 4
const SILENT = 'Query read timeout'

let storage: Storage
let admin: pg.Client
let name: string
let link: ForgetfulLink
let database: Database
let metrics: Registry

beforeEach(async () => {
  storage = await createStorage('monolith', testServers())
  assert.ok('monolith' in storage.owners)
  const url = storage.owners.monolith
  name = new URL(url).pathname.slice(1)
  admin = new pg.Client({ connectionString: testServers().postgresUrl })
  await admin.connect()
  link = await startForgetfulLink(url)
  metrics = new Registry()
  database = createDatabase({
    url: link.url,
    name: 'test',
    connections: CONNECTIONS,
    log: { warn: () => undefined },
    metrics,
  })
})

afterEach(async () => {
  await database.end()
  await link.close()
  await admin.end()
  await storage.remove()
})

const select = () => database.pool.query({ name: 'one', text: 'select 1 as one' })
const together = <T>(count: number, work: () => Promise<T>) =>
  Promise.all(Array.from({ length: count }, work))
/** As many connections as the pool may have, all idle. */
const warmUp = () => together(CONNECTIONS, () => database.pool.query('select pg_sleep(0.1)'))

describe('connections that a link swallows', () => {
  it('fail those who use them once, and are made anew', async () => {
    const asleep = together(CONNECTIONS, () =>
      database.pool.query('select pg_sleep(1)').then(
        () => 'answered',
        ({ message }: Error) => message,
      ),
    )
    await eventually(async () => assert.equal(link.connections(), CONNECTIONS))
    await delay(200)
    link.forget()
    expect(await asleep).toEqual(Array(CONNECTIONS).fill(SILENT))
    const answers = await together(CONNECTIONS, select)
    expect(answers.map(({ rows }) => rows)).toEqual(Array(CONNECTIONS).fill([{ one: 1 }]))
  }, 20_000)

  it('cost one call, not one for each that lay idle', async () => {
    await warmUp()
    link.forget()
    await expect(select()).rejects.toThrow(SILENT)
    await together(CONNECTIONS, select)
  }, 20_000)

  it('are found dead by whoever asks aside, before the work meets them', async () => {
    await warmUp()
    await database.probe()
    link.forget()
    await expect(database.probe()).rejects.toThrow(SILENT)
    await together(CONNECTIONS, select)
    await database.probe()
  }, 20_000)

  it('end a transaction at once, without another wait for its rollback', async () => {
    const asked: unknown[] = []
    const failed = transaction(database.pool, async (tx) => {
      const query = tx.query.bind(tx) as (...args: unknown[]) => unknown
      tx.query = ((...args: unknown[]) => {
        asked.push(args[0])
        return query(...args)
      }) as typeof tx.query
      await tx.query('select 1')
      link.forget()
      await tx.query('select 2')
    })
    await expect(failed).rejects.toThrow(SILENT)
    expect(asked).toEqual(['select 1', 'select 2'])
    await select()
  }, 20_000)

  it('do not hold up an end', async () => {
    const hanging = select().then(() => database.pool.query('select pg_sleep(1)'))
    hanging.catch(() => undefined)
    await eventually(async () => assert.equal(link.connections(), 1))
    await delay(200)
    link.forget()
    await database.end()
    await expect(hanging).rejects.toThrow('Connection terminated')
    database.end = async () => undefined
  }, 20_000)
})

describe('a connection whose plans are of another schema', () => {
  it('is left, with its kind: a statement and a transaction work again', async () => {
    await database.pool.query('create table thing (it integer); insert into thing values (1)')
    const ask = { name: 'things', text: 'select * from thing' }
    await together(CONNECTIONS, () => transaction(database.pool, (tx) => tx.query(ask)))
    await database.pool.query('alter table thing alter it type text')
    await expect(transaction(database.pool, (tx) => tx.query(ask))).rejects.toMatchObject({ code: '0A000' })
    const found = await together(CONNECTIONS, () => transaction(database.pool, (tx) => tx.query(ask)))
    expect(found.map(({ rows }) => rows)).toEqual(Array(CONNECTIONS).fill([{ it: '1' }]))
    await database.pool.query('alter table thing alter it type varchar')
    await expect(database.pool.query(ask)).rejects.toMatchObject({ code: '0A000' })
    await together(CONNECTIONS, () => database.pool.query(ask))
  })
})

describe('a database that only reads', () => {
  const setReadOnly = async (state: 'on' | 'off') => {
    await admin.query(`alter database ${name} set default_transaction_read_only = ${state}`)
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and $1`,
      [state === 'on'],
    )
  }
  const write = () => database.pool.query('insert into thing values (1)')

  it('is not there for the probe, and each connection of then is left once it writes again', async () => {
    await database.pool.query('create table thing (it integer)')
    await database.probe()
    await setReadOnly('on')
    await eventually(async () => {
      const why = await database.probe().then(
        () => '',
        ({ message }: Error) => message,
      )
      assert.equal(why, 'it takes no writes')
    })
    await warmUp()
    await setReadOnly('off')
    // Each of these was opened while the database only read.
    await expect(write()).rejects.toMatchObject({ code: '25006' })
    await together(CONNECTIONS, write)
    await database.probe()
  })
})

describe('a transaction', () => {
  it('sends begin and its first statement in one write', async () => {
    await transaction(database.pool, (tx) => tx.query('select 1'))
    link.chunks.length = 0
    await transaction(database.pool, async (tx) => {
      expect(socketOf(tx)).toBeInstanceOf(Socket)
      return tx.query('select 2')
    })
    const texts = link.chunks.map(String)
    expect(texts.find((text) => text.includes('begin'))).toContain('select 2')
  })

  it('keeps its connection when its content, or somebody else, was to blame', async () => {
    const pidOf = async () => (await database.pool.query('select pg_backend_pid() as pid')).rows[0].pid
    const pid = await pidOf()
    await expect(transaction(database.pool, (tx) => tx.query('select 1 / 0'))).rejects.toMatchObject({
      code: '22012',
    })
    const late = transaction(database.pool, async (tx) => {
      await tx.query(`set local statement_timeout = 50`)
      return tx.query('select pg_sleep(1)')
    })
    await expect(late).rejects.toMatchObject({ code: '57014' })
    expect(await pidOf()).toBe(pid)
  })
})

describe('the metrics of a pool', () => {
  it('tell busy and idle connections, and who waits', async () => {
    await warmUp()
    const busy = together(CONNECTIONS + 1, () => database.pool.query('select pg_sleep(0.3)'))
    await delay(100)
    const text = await metrics.metrics()
    expect(text).toContain(`db_pool_connections{state="busy"} ${CONNECTIONS}`)
    expect(text).toContain('db_pool_connections{state="idle"} 0')
    expect(text).toContain('db_pool_waiting 1')
    await busy
  })
})
