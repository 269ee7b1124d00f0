import assert from 'node:assert/strict'
import { newProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newAdmin, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { type Answer, call } from '../loadtests/lab/client.ts'
import type { Stack } from '../loadtests/lab/stacks/stack.ts'
import { blockProduct } from './support/block.ts'
import { type ForgetfulLink, startForgetfulLink } from './support/forgetful-link.ts'
import { startTestStack, testSecret, testServers, useStack } from './support/stack.ts'

/** What an administrator, or a bad day, does to a database, and how it is mended. */
interface Fault {
  what: string
  break(database: string, role: string): string
  mend(database: string, role: string): string
  /** Reads work all the same. */
  reads?: true
  /** What the probe cannot see, which asks for no table. */
  unseen?: true
}

const faults: Fault[] = [
  {
    what: 'only reads',
    break: (database) => `alter database ${database} set default_transaction_read_only = on`,
    mend: (database) => `alter database ${database} reset default_transaction_read_only`,
    reads: true,
  },
  {
    what: 'has a role whose password is no longer good',
    break: (_, role) => `alter role ${role} valid until '2000-01-01'`,
    mend: (_, role) => `alter role ${role} valid until 'infinity'`,
  },
  {
    what: 'does not let the role in',
    break: (_, role) => `alter role ${role} nologin`,
    mend: (_, role) => `alter role ${role} login`,
  },
  {
    what: 'takes no connections',
    break: (database) => `alter database ${database} allow_connections false`,
    mend: (database) => `alter database ${database} allow_connections true`,
  },
  {
    what: 'has no connection left',
    break: (_, role) => `alter role ${role} connection limit 0`,
    mend: (_, role) => `alter role ${role} connection limit -1`,
  },
  {
    what: 'has another name',
    break: (database) => `alter database ${database} rename to ${database}_gone`,
    mend: (database) => `alter database ${database}_gone rename to ${database}`,
  },
]

/** Faults of one table, by which a whole process cannot tell that it is not ready. */
const tableFaults: Fault[] = [
  {
    what: 'is not there',
    break: (table) => `alter table ${table} rename to ${table}_gone`,
    mend: (table) => `alter table ${table}_gone rename to ${table}`,
  },
  {
    what: 'may not be written',
    break: (table, role) => `revoke insert, update on ${table} from ${role}`,
    mend: (table, role) => `grant insert, update on ${table} to ${role}`,
    reads: true,
  },
]

async function asAdmin(statement: string, url = testServers().postgresUrl): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await admin.query(statement)
  } finally {
    await admin.end()
  }
}

const namesIn = (url: string) => ({
  database: new URL(url).pathname.slice(1),
  role: decodeURIComponent(new URL(url).username),
})

const cutOff = (database: string) =>
  asAdmin(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname in ('${database}', '${database}_gone')`,
  )

/** Calls of the shop that need the database of a process, each under a fresh key. */
function callsOf(
  process: string,
  url: string,
  sku: string,
): { writes(): Promise<Answer>[]; reads(): Promise<Answer>[] } {
  const context = createContext({ baseUrl: url, secret: testSecret })
  const { token } = newCustomer(context)
  const admin = newAdmin(context).token
  const order = () =>
    call('POST', `${url}/orders`, { token, key: newKey(), body: { lines: [{ sku, quantity: 1 }] } })
  const orders = () => call('GET', `${url}/orders`, { token })
  const restock = () =>
    call('POST', `${url}/products/${sku}/restock`, { token: admin, key: newKey(), body: { quantity: 1 } })
  const products = () => call('GET', `${url}/products`)
  if (process === 'orders') return { writes: () => [order()], reads: () => [orders()] }
  if (process === 'inventory') return { writes: () => [restock()], reads: () => [products()] }
  return { writes: () => [order(), restock()], reads: () => [orders(), products()] }
}

const summary = ({ status, headers }: Answer) => `${status} ${headers['retry-after'] ?? ''}`.trim()

describe.each([
  ['monolith', 'monolith', 'orders'],
  ['services', 'orders', 'orders'],
  ['services', 'inventory', 'product'],
] as const)('%s, when the database of %s', (name, process, table) => {
  const stack = useStack(name)
  const urlsOf = ({ databases, owners }: Stack) => {
    const [url, owner] = [databases, owners].map((it) => (it as Record<string, string>)[process]!)
    return { url: url!, owner: owner! }
  }
  const processUrl = () => stack.current.processes.find((it) => it.name === process)!.url
  const readiness = async () => (await call('GET', `${processUrl()}/health/ready`)).status

  /** What is asked while it is broken, and that all is well soon after it is mended. */
  async function tried(
    fault: Fault,
    asked: string,
    breakIt: () => Promise<void>,
    mendIt: () => Promise<void>,
  ): Promise<void> {
    const sku = await newProduct(createContext({ baseUrl: stack.current.url, secret: testSecret }), 1_000)
    const { writes, reads } = callsOf(asked, processUrl(), sku)
    await breakIt()
    try {
      await eventually(async () => {
        const statuses = (await Promise.all(writes())).map(summary)
        assert.deepEqual(
          statuses,
          statuses.map(() => '503 1'),
        )
      })
      for (let i = 0; i < 20; i++) {
        const wrote = (await Promise.all(writes())).map(summary)
        expect(wrote.filter((it) => it !== '503 1')).toEqual([])
        const read = (await Promise.all(reads())).map(summary)
        expect(read.filter((it) => it !== (fault.reads ? '200' : '503 1'))).toEqual([])
      }
      if (!fault.unseen) await eventually(async () => assert.equal(await readiness(), 503))
    } finally {
      await mendIt()
    }
    await eventually(async () => {
      const statuses = (await Promise.all([...writes(), ...reads()])).map(({ status }) => status)
      assert.ok(
        statuses.every((status) => status < 300),
        String(statuses),
      )
      assert.equal(await readiness(), 200)
    })
  }

  it.each(faults)(
    '$what: 503, not ready, and well again by itself',
    async (fault) => {
      const { database, role } = namesIn(urlsOf(stack.current).url)
      await tried(
        fault,
        process,
        async () => {
          await whileNobodyIsIn(database, fault.break(database, role))
          await cutOff(database)
        },
        () => asAdmin(fault.mend(database, role)),
      )
    },
    60_000,
  )

  it.each(tableFaults)(
    `, by its table ${table}, $what: 503, and well again by itself`,
    async (fault) => {
      const { url, owner } = urlsOf(stack.current)
      const { role } = namesIn(url)
      await tried(
        // What one table is like no process asks.
        { ...fault, unseen: true },
        table === 'orders' ? 'orders' : 'inventory',
        () => asAdmin(fault.break(table, role), owner),
        () => asAdmin(fault.mend(table, role), owner),
      )
    },
    60_000,
  )
})

/** Some things are done to a database only while nobody is connected, and the shop tries again and again. */
async function whileNobodyIsIn(database: string, statement: string): Promise<void> {
  await eventually(async () => {
    await cutOff(database)
    const failed = await asAdmin(statement).then(
      () => undefined,
      ({ message }: Error) => message,
    )
    assert.equal(failed, undefined)
  })
}

describe.each(['monolith', 'services'] as const)('%s', (name) => {
  const process = name === 'monolith' ? 'monolith' : 'inventory'

  it('is ready while all who order wait for one product', async () => {
    const stack = await startTestStack(name)
    const context = createContext({ baseUrl: stack.url, secret: testSecret })
    const sku = await newProduct(context, 100)
    const block = await blockProduct((stack.databases as Record<string, string>)[process]!, sku)
    try {
      const orders = Array.from({ length: 30 }, () => callsOf('orders', stack.url, sku).writes()[0])
      const restocks = Array.from({ length: 30 }, () => callsOf('inventory', stack.url, sku).writes()[0])
      await block.someoneWaits()
      for (let i = 0; i < 10; i++) {
        const ready = await Promise.all(stack.processes.map(({ url }) => call('GET', `${url}/health/ready`)))
        expect(ready.map(({ status, body }) => (status === 200 ? 200 : body))).toEqual(ready.map(() => 200))
      }
      await Promise.all([...orders, ...restocks])
    } finally {
      await block.lift()
      await stack.stop()
    }
  }, 60_000)
})

describe('the monolith, all of whose connections a link swallows while new ones pass', () => {
  it('is back by itself, and gone in time when it is told', async () => {
    const links: ForgetfulLink[] = []
    const stack = await startTestStack('monolith', {
      via: async (_from, _to, url) => {
        const link = await startForgetfulLink(url)
        links.push(link)
        return link.url
      },
    })
    const context = createContext({ baseUrl: stack.url, secret: testSecret })
    const order = (sku: string) => callsOf('orders', stack.url, sku).writes()[0]!
    /** As many as there are connections wait for a product, and nobody hears of them any more. */
    const swallowed = async (sku: string) => {
      const block = await blockProduct((stack.databases as Record<string, string>).monolith!, sku)
      const waiting = Array.from({ length: 15 }, () => order(sku))
      await block.someoneWaits()
      for (const link of links) link.forget()
      await block.lift()
      return waiting
    }
    const [first, second, other] = [
      await newProduct(context, 1_000),
      await newProduct(context, 1_000),
      await newProduct(context, 1_000),
    ]
    const answers = await Promise.all(await swallowed(first))
    expect(answers.map(({ status }) => status).filter((it) => ![503, 504].includes(it))).toEqual([])
    await eventually(async () => assert.equal((await order(other)).status, 201))
    expect((await call('GET', `${stack.url}/health/ready`)).status).toBe(200)
    // The server keeps what the swallowed had locked until it is sure that they say no more.
    await eventually(async () => assert.equal((await order(first)).status, 201), 20_000)

    const waiting = (await swallowed(second)).map((it) => it.catch(() => undefined))
    // It would say so if the process had to be killed, or left with what was unfinished.
    expect(await stack.control.stop('monolith')).toEqual([])
    await Promise.all(waiting)
    await Promise.all(links.map((link) => link.close()))
    await stack.stop()
  }, 90_000)
})
