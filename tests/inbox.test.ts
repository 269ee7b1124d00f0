import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { pruneInbox } from '@shop/messaging/inbox.ts'
import { MESSAGING_SCHEMA } from '@shop/messaging/schema.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { testServers } from './support/stack.ts'

const OLD = 100_000
const YOUNG = 5_000
/** What a statement may take here: to delete all at once takes longer. */
const STATEMENT_MS = 5_000
/** A UUID of version 7 of a moment. */
const idAt = (moment: string) =>
  `(rpad(lpad(to_hex((extract(epoch from ${moment}) * 1000)::bigint), 12, '0'), 16, '7') || substr(md5(i::text), 1, 16))::uuid`

let storage: Storage
let pool: pg.Pool
let lines: { message: string; reason?: string }[]
const say = ({ reason }: { reason?: string }, message: string) => void lines.push({ message, reason })
const log = { info: say, warn: say }
const prune = (of = pool) => pruneInbox(of, log, Promise.resolve())
const count = async () => (await pool.query('select count(*)::int as n from inbox')).rows[0].n as number

beforeAll(async () => {
  storage = await createStorage('monolith', testServers())
  assert.ok('monolith' in storage.owners)
  const connectionString = storage.owners.monolith
  pool = new pg.Pool({ connectionString })
  await pool.query(readFileSync(MESSAGING_SCHEMA, 'utf8'))
})
beforeEach(async () => {
  lines = []
  await pool.query('truncate inbox')
})
afterAll(async () => {
  await pool.end()
  await storage.remove()
})

/** Old messages with ids of their time and others, and young ones; one of these has an id that is old, and one an id of next year. */
async function fill(): Promise<void> {
  const old = "now() - interval '8 days' - i * interval '1 second'"
  await pool.query(`insert into inbox select ${idAt(old)}, ${old} from generate_series(1, ${OLD / 2}) as i`)
  await pool.query(
    `insert into inbox select gen_random_uuid(), ${old} from generate_series(1, ${OLD / 2}) as i`,
  )
  await pool.query(`insert into inbox select ${idAt('now()')}, now() from generate_series(1, ${YOUNG}) as i`)
  await pool.query(
    `insert into inbox select ${idAt("now() - interval '30 days'")}, now() from (select 1 as i)`,
  )
  await pool.query(
    `insert into inbox select ${idAt("now() + interval '1 year'")}, now() from (select 1 as i)`,
  )
}

describe('an inbox with many old messages', () => {
  it('is pruned at once, by statements that take no time, of what was received long ago', async () => {
    await fill()
    assert.ok('monolith' in storage.owners)
    const limited = new pg.Pool({
      connectionString: storage.owners.monolith,
      statement_timeout: STATEMENT_MS,
    })
    // All at once cannot be done within it.
    await expect(
      limited.query(
        `delete from inbox where received_at < now() - interval '7 days' returning pg_sleep(0.001)`,
      ),
    ).rejects.toMatchObject({ code: '57014' })
    const stop = prune(limited)
    await eventually(async () => assert.equal(await count(), YOUNG + 2), 60_000)
    await stop()
    await limited.end()
    expect(lines).toEqual([{ message: 'the inbox was pruned', reason: undefined }])
  }, 120_000)

  it('is pruned by one replica; the other goes on', async () => {
    await pool.query(
      `insert into inbox select gen_random_uuid(), now() - interval '8 days' from generate_series(1, 20000)`,
    )
    const holder = await pool.connect()
    await holder.query('select pg_advisory_lock(7433101)')
    const stop = prune()
    // It says nothing, as there is nothing wrong.
    await stop()
    expect([await count(), lines]).toEqual([20_000, []])
    await holder.query('select pg_advisory_unlock(7433101)')
    holder.release()
    const stops = [prune(), prune()]
    await eventually(async () => assert.equal(await count(), 0))
    await Promise.all(stops.map((it) => it()))
  })

  it('lets go when the process stops, and leaves no lock behind', async () => {
    await fill()
    const stop = prune()
    await eventually(async () => assert.ok((await count()) < OLD), 20_000)
    await stop()
    expect(await count()).toBeGreaterThan(0)
    const { rows } = await pool.query(`select from pg_locks where locktype = 'advisory' and objid = 7433101`)
    expect(rows).toEqual([])
  })
})
