import { Agent, get } from 'node:http'
import { newProduct, place, restock } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer } from '@shop/shared/testing/context.ts'
import { planProcesses } from '../loadtests/lab/stacks/plan.ts'
import type { StackName } from '../loadtests/lab/stacks/stack.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { blockProduct } from './support/block.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import { testSecret, testServers } from './support/stack.ts'

/** A stack whose processes a test ends one by one. */
interface Shop {
  context: ContractContext
  storage: Storage
  processes: Map<string, TestProcess>
  inventoryUrl: string
}

async function startShop(name: StackName): Promise<Shop> {
  const storage = await createStorage(name, testServers())
  const plans = await planProcesses(name, storage, { secret: testSecret })
  const processes = new Map(plans.map((plan) => [plan.name, startProcess(plan)]))
  await Promise.all([...processes.values()].map((process) => process.ready()))
  const context = createContext({ baseUrl: plans[0]!.url, secret: testSecret })
  const { databases } = storage
  const inventoryUrl = 'monolith' in databases ? databases.monolith : databases.inventory
  return { context, storage, processes, inventoryUrl }
}

/** Kills what still runs. Returns what was left behind, beside that. */
async function endShop({ processes, storage }: Shop): Promise<string[]> {
  for (const process of processes.values()) process.signal('SIGKILL')
  await Promise.all([...processes.values()].map(({ ended }) => ended))
  return storage.remove()
}

/** The time that something takes, in milliseconds. */
async function timeOf(work: Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work
  return performance.now() - started
}

describe.each(['monolith', 'services'] as const)('the %s', (name) => {
  let shop: Shop
  beforeEach(async () => {
    shop = await startShop(name)
  })
  afterEach(async () => {
    await endShop(shop)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops on %s with 0, though clients keep their connections open, and leaves nothing behind',
    async (signal) => {
      const agent = new Agent({ keepAlive: true })
      for (const { url } of shop.processes.values()) {
        await new Promise((resolve, reject) => {
          get(`${url}/health/live`, { agent }, (response) => response.resume().on('end', resolve)).on(
            'error',
            reject,
          )
        })
      }
      const all = [...shop.processes.values()]
      for (const process of all) process.signal(signal)
      // Had it been held up, its own limit would have ended it with another code.
      expect(await Promise.all(all.map(({ ended }) => ended))).toEqual(all.map(() => 0))
      agent.destroy()
      expect(await shop.storage.remove()).toEqual([])
    },
  )

  it('finishes the order that is under way when it is stopped', async () => {
    const { context, processes, inventoryUrl } = shop
    const sku = await newProduct(context, 5)
    const block = await blockProduct(inventoryUrl, sku)
    const answer = place(context, newCustomer(context), [{ sku, quantity: 1 }])
    await block.someoneWaits()
    const front = processes.get(name === 'monolith' ? 'monolith' : 'gateway')!
    front.signal('SIGTERM')
    await front.says('stopping')
    await block.lift()
    expect((await answer).status).toBe(201)
    expect(await front.ended).toBe(0)
  })

  it('says that it is not ready and goes on serving until requests have stopped coming', async () => {
    const { context, processes } = shop
    const front = processes.get(name === 'monolith' ? 'monolith' : 'gateway')!
    const ask = (path: string) => fetch(context.urlFor(path) + path)
    const before = await ask('/products')
    expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive'])
    front.signal('SIGTERM')
    await front.says('stopping')
    const [ready, served] = [await ask('/health/ready'), await ask('/products')]
    expect(ready.status).toBe(503)
    expect([served.status, served.headers.get('connection')]).toEqual([200, 'close'])
    expect(await front.ended).toBe(0)
  })

  it('ends at once on a second signal, whatever is under way', async () => {
    const { context, processes, inventoryUrl } = shop
    const sku = await newProduct(context, 5)
    const block = await blockProduct(inventoryUrl, sku)
    const answer = place(context, newCustomer(context), [{ sku, quantity: 1 }]).catch(() => 'lost')
    await block.someoneWaits()
    const front = processes.get(name === 'monolith' ? 'monolith' : 'gateway')!
    front.signal('SIGTERM')
    await front.says('stopping')
    front.signal('SIGTERM')
    // Far below the limit for a stop in order.
    expect(await timeOf(front.ended)).toBeLessThan(5_000)
    expect(await front.ended).not.toBe(0)
    expect(await answer).toBe('lost')
    await block.lift()
  })
})

describe('a service behind the gateway', () => {
  let shop: Shop
  beforeEach(async () => {
    shop = await startShop('services')
  })
  afterEach(async () => {
    await endShop(shop)
  })

  it('orders, when it is stopped, answers 202 to who waits for a settlement', async () => {
    const { context, processes, inventoryUrl } = shop
    const sku = await newProduct(context, 5)
    const block = await blockProduct(inventoryUrl, sku)
    const answer = place(context, newCustomer(context), [{ sku, quantity: 1 }], { prefer: 'wait=20' })
    await block.someoneWaits()
    const orders = processes.get('orders')!
    orders.signal('SIGTERM')
    expect((await answer).status).toBe(202)
    expect(await orders.ended).toBe(0)
    await block.lift()
  })

  it('the gateway, when it is stopped, answers 202 to who waits for a settlement', async () => {
    const { context, processes, inventoryUrl } = shop
    const sku = await newProduct(context, 5)
    const block = await blockProduct(inventoryUrl, sku)
    const answer = place(context, newCustomer(context), [{ sku, quantity: 1 }], { prefer: 'wait=20' })
    await block.someoneWaits()
    const gateway = processes.get('gateway')!
    gateway.signal('SIGTERM')
    expect((await answer).status).toBe(202)
    expect(await gateway.ended).toBe(0)
    await block.lift()
  })

  it('inventory, when it is stopped, finishes the restock that is under way', async () => {
    const { context, processes, inventoryUrl } = shop
    const sku = await newProduct(context, 5)
    const block = await blockProduct(inventoryUrl, sku)
    const answer = restock(context, sku, 4)
    await block.someoneWaits()
    const inventory = processes.get('inventory')!
    inventory.signal('SIGTERM')
    await inventory.says('stopping')
    await block.lift()
    expect((await answer).body).toEqual({ sku, available: 9 })
    expect(await inventory.ended).toBe(0)
  })
})
