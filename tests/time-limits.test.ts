import { readFileSync } from 'node:fs'
import { newProduct, place } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { planProcesses } from '../loadtests/lab/stacks/plan.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { blockProduct } from './support/block.ts'
import { ask, useGateway } from './support/gateway.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import { testSecret, testServers, useStack } from './support/stack.ts'
import { startUpstream, type Upstream } from './support/upstream.ts'

const DOCUMENT = new URL('../docs/time-limits.md', import.meta.url)
const BREAK_AFTER = 10
const QUOTE_MS = 2_000
/** By so much undici's timers may be early. */
const ROUNDING_MS = 500
const DEADLINE = 'x-deadline-ms'

interface Limit {
  what: string
  ms: number
  name: string
  file: string
}

/** The rows of a table under a heading of the document. */
function limits(heading: string): Limit[] {
  const section =
    readFileSync(DOCUMENT, 'utf8')
      .split(/^## /m)
      .find((it) => it.startsWith(heading)) ?? ''
  const row = /^\| ([^|]+) \| ([^|]+) \| ([\d.]+) s \| `(\w+)` in \[[^\]]+\]\(([^)]+)\) \|$/gm
  return [...section.matchAll(row)].map(([, who, what, seconds, name = '', file = '']) => ({
    what: `${who}: ${what}`,
    ms: Number(seconds) * 1000,
    name,
    file,
  }))
}

/** What the code says, in milliseconds. */
function inCode({ name, file }: Limit): number {
  const source = readFileSync(new URL(file, DOCUMENT), 'utf8')
  const [, value = '', unit] = new RegExp(`\\b${name}(?::| =) (\\d[\\d_]*)(s?)`).exec(source) ?? []
  const number = Number(value.replaceAll('_', ''))
  return unit === 's' || name.endsWith('_S') ? number * 1000 : number
}

describe('the table of time limits', () => {
  const chain = limits('A request')
  const beside = limits('Beside')
  const msOf = (name: string) => [...chain, ...beside].find((it) => it.name === name)!.ms

  it('is there', () => {
    expect([chain.length, beside.length]).toEqual([8, 14])
  })

  it.each([...chain, ...beside])('says of $what what the code says', (limit) => {
    expect(inCode(limit)).toBe(limit.ms)
  })

  it('has each wait longer than the one below it', () => {
    const values = chain.map(({ ms }) => ms)
    expect(values).toEqual([...new Set(values)].sort((a, b) => b - a))
  })

  it('has a stop take longer than its drain, and Docker wait for it', () => {
    const stop = ['LONGEST_MS', 'STOP_LIMIT_MS', 'stop_grace_period'].map(msOf)
    expect(stop).toEqual([...new Set(stop)].sort((a, b) => a - b))
  })
})

describe('the gateway', () => {
  const { gatewayTo, upstream } = useGateway()

  it('tells orders how long it waits, whatever its caller says of that, and inventory, which holds nothing, not', async () => {
    const [orders, inventory] = [await upstream(), await upstream()]
    const context = await gatewayTo({ orders: orders.url, inventory: inventory.url })
    const { token } = newCustomer(context)
    for (const told of ['1', '999999', 'soon']) {
      await ask(context, '/products', { headers: { [DEADLINE]: told } })
      await ask(context, '/orders', { headers: { [DEADLINE]: told, authorization: `Bearer ${token}` } })
    }
    expect(inventory.requests.map(({ headers }) => headers[DEADLINE])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    const heard = orders.requests.map(({ headers }) => Number(headers[DEADLINE]))
    expect(heard).toHaveLength(3)
    for (const ms of heard) {
      expect(ms).toBeGreaterThan(1)
      expect(ms).toBeLessThanOrEqual(7_000)
    }
  })
})

describe('orders', () => {
  let storage: Storage
  let orders: TestProcess
  let inventory: Upstream

  beforeEach(async () => {
    inventory = await startUpstream(() => undefined)
    storage = await createStorage('services', testServers())
    const plans = await planProcesses('services', storage, { secret: testSecret })
    const plan = plans.find(({ kind }) => kind === 'orders')!
    orders = startProcess({ ...plan, env: { ...plan.env, INVENTORY_URLS: inventory.url } })
    await orders.ready()
  })
  afterEach(async () => {
    orders.signal('SIGKILL')
    await orders.ended
    await inventory.close()
    await storage.remove()
  })

  async function placed(headers: Record<string, string>) {
    const context = createContext({ baseUrl: orders.url, secret: testSecret })
    const began = performance.now()
    const { status } = await ask(context, '/orders', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${newCustomer(context).token}`,
        'content-type': 'application/json',
        'idempotency-key': newKey(),
        ...headers,
      },
      body: JSON.stringify({ lines: [{ sku: 'MUG-001', quantity: 1 }] }),
    })
    return { status, asked: inventory.requests.splice(0).length, took: performance.now() - began }
  }

  it('gives up when its caller would', async () => {
    const { status, asked, took } = await placed({ [DEADLINE]: '400' })
    expect([status, asked]).toEqual([504, 1])
    // It would take two seconds by its own limit.
    expect(took).toBeGreaterThanOrEqual(400)
  })

  it('keeps its own limit when its caller has more patience, or talks nonsense', async () => {
    for (const patience of ['900000', '-1', '1e9', 'soon']) {
      const { status, asked, took } = await placed({ [DEADLINE]: patience })
      expect([status, asked]).toEqual([504, 1])
      expect(took).toBeGreaterThanOrEqual(QUOTE_MS - ROUNDING_MS)
    }
  }, 30_000)

  it('asks inventory for nothing when no time is left', async () => {
    expect(await placed({ [DEADLINE]: '0' })).toMatchObject({ status: 504, asked: 0 })
  })

  it('does not blame inventory for calls that had hardly any time, however many', async () => {
    for (let i = 0; i < 3 * BREAK_AFTER; i++)
      expect(await placed({ [DEADLINE]: String(30 * (i % 3)) })).toMatchObject({ status: 504 })
    expect(await placed({})).toMatchObject({ status: 504, asked: 1 })
  }, 30_000)
})

describe('PostgreSQL', () => {
  const stack = useStack('monolith')

  it('gives up on a lock that does not come free: 503 with Retry-After, and the order can be placed later', async () => {
    const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
    const sku = await newProduct(context, 3)
    const { databases } = stack.current
    const block = await blockProduct((databases as { monolith: string }).monolith, sku)
    const [customer, key] = [newCustomer(context), newKey()]
    const refused = await ask(context, '/orders', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${customer.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
    })
    await block.lift()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    expect((await place(context, customer, [{ sku, quantity: 1 }], { key })).status).toBe(201)
  }, 30_000)
})
