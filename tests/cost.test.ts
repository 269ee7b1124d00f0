import { randomUUID } from 'node:crypto'
import { platform } from 'node:os'
import { signToken } from '@shop/shared/runtime/auth.ts'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import { call } from '../loadtests/lab/client.ts'
import { type ProcessCost, startCosts } from '../loadtests/lab/cost/costs.ts'
import { costPerOrder } from '../loadtests/lab/cost/per-order.ts'
import { seedCatalogue } from '../loadtests/lab/seed.ts'
import type { Stack } from '../loadtests/lab/stacks/start.ts'
import { startTestStack, testSecret } from './support/stack.ts'

const ORDERS = 20

let stack: Stack | undefined
afterEach(() => stack?.stop())

/** Places orders that settle, and counts what each process did for them. */
async function costsOfOrders(name: 'monolith' | 'services'): Promise<ProcessCost[]> {
  stack = await startTestStack(name)
  const admin = await signToken(testSecret, { sub: 'seed', role: 'admin' }, '1h')
  const [product] = await seedCatalogue(stack.url, admin, { products: 1, stockEach: 1_000, seed: 1 })
  await auditStack(stack.databases, stack.amqp)
  const token = await signToken(testSecret, { sub: 'ada', role: 'customer' }, '1h')
  const end = await startCosts(
    stack.processes.map(({ name, url, pid }) => ({ name, metricsUrl: `${url}/metrics`, pid })),
  )
  for (let i = 0; i < ORDERS; i++) {
    const { status } = await call('POST', `${stack.url}/orders`, {
      token,
      key: randomUUID(),
      prefer: 'wait=10',
      body: { lines: [{ sku: product!.sku, quantity: 1 }] },
    })
    expect(status).toBe(201)
  }
  // Until nothing is under way: the last message may be confirmed after the answer.
  await auditStack(stack.databases, stack.amqp)
  return end()
}

describe('the cost of an order', () => {
  it('is statements and no messages in the monolith', async () => {
    const costs = await costsOfOrders('monolith')
    expect(costs.map(({ name }) => name)).toEqual(['monolith'])
    const { statements, published, consumed, bytes } = costPerOrder(costs, ORDERS)
    expect(statements).toBeGreaterThanOrEqual(1)
    expect({ published, consumed }).toEqual({ published: 0, consumed: 0 })
    if (platform() === 'linux') expect(bytes).toBeGreaterThan(200)
    else expect(bytes).toBeNull()
  })

  it('is statements of two, and two messages, in the services', async () => {
    const costs = await costsOfOrders('services')
    const of = (wanted: string) => costs.find(({ name }) => name === wanted)!
    expect(of('gateway')).toMatchObject({ statements: 0, published: 0, consumed: 0 })
    for (const name of ['orders', 'inventory']) {
      expect(of(name).statements).toBeGreaterThanOrEqual(ORDERS)
      // order.placed one way, stock.reserved the other.
      expect(of(name)).toMatchObject({ published: ORDERS, consumed: ORDERS })
    }
  })

  it('says so when a process does not answer', async () => {
    const gone = [{ name: 'orders', metricsUrl: 'http://127.0.0.1:1/metrics' }]
    await expect(startCosts(gone)).rejects.toThrow('ECONNREFUSED')
  })
})
