import assert from 'node:assert/strict'
import { topology } from '@shop/messaging/topology.ts'
import { newProduct, place, readOrder } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import amqp from 'amqplib'
import pg from 'pg'
import type { Stack } from '../loadtests/lab/stacks/stack.ts'
import { startTestStack, testSecret, testServers } from './support/stack.ts'

/** Each stack, and its process that has the products. */
const rows = [
  ['monolith', 'monolith'],
  ['services', 'inventory'],
] as const

describe.each(rows)('the %s, while its tables change', (name, keeper) => {
  const lines: string[] = []
  let stack: Stack
  let context: ContractContext
  let sku: string
  let owner: pg.Client
  let writer: pg.Client

  beforeEach(async () => {
    lines.length = 0
    stack = await startTestStack(name, {
      log: (line, process) => process === keeper && void lines.push(line),
      spares: { [keeper]: 1 },
      expectedComplaints: [/SIGKILL/],
    })
    context = createContext({ baseUrl: stack.url, secret: testSecret })
    sku = await newProduct(context, 10)
    owner = await connect((stack.owners as Record<string, string>)[keeper]!)
    writer = await connect((stack.databases as Record<string, string>)[keeper]!)
  })
  afterEach(async () => {
    await Promise.all([owner.end(), writer.end()])
    await stack.stop()
  })

  const keeperUrl = () => stack.planned.find((it) => it.name === keeper)!.url
  const building = async () => {
    const { rows: found } = await owner.query(
      `select from pg_stat_activity where datname = current_database() and state = 'active'
       and query ~ '^(--.*\n)*(create|drop) index concurrently' and pid <> pg_backend_pid()`,
    )
    return found.length
  }

  /** The keeper is started on a database of the version before, in which a transaction keeps an index from being made. */
  async function startBehindWriter(): Promise<void> {
    expect(await stack.control.stop(keeper)).toEqual([])
    await owner.query('drop index product_by_bytes')
    await owner.query('delete from inventory_schema_version where version > 1')
    await writer.query(`begin; update product set name = 'held' where sku = 'nothing'; select txid_current()`)
    await stack.control.start(keeper)
    await eventually(async () => assert.equal(await building(), 1), 20_000)
  }

  it('is ready, and takes messages, when they have changed, and says not now before', async () => {
    await startBehindWriter()
    const ready = await fetch(`${keeperUrl()}/health/ready`)
    expect([ready.status, ((await ready.json()) as { detail: string }).detail]).toEqual([
      503,
      expect.stringContaining('PostgreSQL'),
    ])
    // The tables are those of before, and serve.
    expect((await fetch(`${keeperUrl()}/products/${sku}`)).status).toBe(200)

    const caller = newCustomer(context)
    const placed = await place(context, caller, [{ sku, quantity: 1 }], { prefer: null })
    if (name === 'services') {
      expect(placed.status).toBe(202)
      await eventually(async () => assert.equal(await waiting(stack), 1))
    }
    await writer.query('commit')
    await stack.control.ready(keeper)
    const { id } = placed.body as { id: string }
    await eventually(async () => assert.equal((await readOrder(context, caller, id)).status, 'confirmed'))
  })

  it('stops on SIGTERM with 0, though a migration waits for others', async () => {
    await startBehindWriter()
    expect(await stack.control.stop(keeper)).toEqual([])
    await eventually(async () => assert.equal(await building(), 0))
    await stack.control.start(keeper)
    await eventually(async () => assert.equal(await building(), 1), 20_000)
    await writer.query('commit')
    await stack.control.ready(keeper)
  })

  it('goes on with another process when the one at the schema is killed', async () => {
    await startBehindWriter()
    stack.control.signal(keeper, 'SIGKILL')
    await stack.control.ended(keeper)
    await eventually(async () => assert.equal(await building(), 0))
    await writer.query('commit')
    await stack.control.start(`${keeper}-2`)
    await stack.control.ready(`${keeper}-2`)
    const { rows: found } = await owner.query(
      `select from pg_index where indexrelid = 'product_by_bytes'::regclass and indisvalid`,
    )
    expect(found).toHaveLength(1)
  })

  it('runs beside, and after, a version that is ahead of it', async () => {
    const ahead = async () => {
      for (const table of ['product', 'restock'])
        await owner.query(`alter table ${table} add column later text`)
      await owner.query('create index later on product (later)')
      await owner.query('insert into inventory_schema_version (version, name, md5) values (99, $1, $1)', [
        'later',
      ])
    }
    await ahead()
    expect(await orders(3)).toEqual([201, 201, 201])
    expect(await stack.control.stop(keeper)).toEqual([])
    await stack.control.start(keeper)
    await stack.control.ready(keeper)
    expect(await orders(3)).toEqual([201, 201, 201])
  })

  it('whose owner is refused says what to do, without the password, and is ready once that is mended', async () => {
    expect(await stack.control.stop(keeper)).toEqual([])
    const { username: role, password } = new URL((stack.owners as Record<string, string>)[keeper]!)
    await asAdmin(`alter role ${role} password 'another'`)
    await stack.control.start(keeper)
    await eventually(
      async () => assert.match(lines.join('\n'), /check user and password in MIGRATION_DATABASE_URL/),
      20_000,
    )
    expect((await fetch(`${keeperUrl()}/health/ready`)).status).toBe(503)
    expect(lines.join('\n')).not.toContain(password)
    await asAdmin(`alter role ${role} password '${password}'`)
    await stack.control.ready(keeper)
    expect(await orders(1)).toEqual([201])
  })

  const orders = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const { status } = await place(context, newCustomer(context), [{ sku, quantity: 1 }], {
          prefer: 'wait=20',
        })
        return status
      }),
    )
})

/** How many facts wait for inventory. */
async function waiting({ amqp: broker }: Stack): Promise<number> {
  const connection = await amqp.connect(broker!.url)
  const channel = await connection.createChannel()
  const { messageCount } = await channel.checkQueue(topology(broker!.namespace).queue('inventory', 'orders'))
  await connection.close()
  return messageCount
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function asAdmin(sql: string): Promise<void> {
  const admin = await connect(testServers().postgresUrl)
  await admin.query(sql)
  await admin.end()
}
