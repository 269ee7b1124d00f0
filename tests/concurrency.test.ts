import assert from 'node:assert/strict'
import type { Order } from '@shop/shared/contract/schemas.ts'
import { cancelled, newProduct, place, readProduct } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { assertProblem } from '@shop/shared/testing/problem.ts'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import { sequence } from './support/sequence.ts'
import { testSecret, useStack } from './support/stack.ts'

const ORDERS = 400
const AT_ONCE = 50
const STOCK = 150
const SKUS = 4

interface Outcome {
  key: string
  order: Order
}

/** Orders with one to four lines over the same products, their lines in any order; every fourth that is confirmed is cancelled. */
async function buyAtRandom(context: ContractContext, skus: string[], number: number): Promise<Outcome> {
  const draw = sequence(number + 1)
  const wanted = skus
    .map((sku) => ({ sku, quantity: 1 + draw(3), rank: draw(1_000) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, 1 + draw(SKUS))
    .map(({ sku, quantity }) => ({ sku, quantity }))
  const customer = newCustomer(context)
  const key = newKey()
  const answer = await place(context, customer, wanted, { key, prefer: 'wait=30' })
  if (answer.status !== 201) return { key, order: assertProblem(answer, 'out-of-stock').order! }
  const order = answer.body as Order
  return { key, order: number % 4 === 0 ? await cancelled(context, customer, order.id) : order }
}

describe.each([
  ['monolith', {}],
  ['services', {}],
  ['services', { replicas: { orders: 2, inventory: 2 } }],
] as const)('hundreds of orders at once over few products on the %s %j', (name, options) => {
  const stack = useStack(name, options)

  it('neither block each other nor sell what is not there, and every sum holds', async () => {
    const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
    const skus = await Promise.all(Array.from({ length: SKUS }, () => newProduct(context, STOCK)))
    const outcomes: Outcome[] = []
    let next = 0
    const buyer = async () => {
      while (next < ORDERS) outcomes.push(await buyAtRandom(context, skus, next++))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, buyer))

    const answered = outcomes.map(({ key, order: { id, status } }) => ({ id, key, status }))
    const { checks } = await auditStack(stack.current.databases, stack.current.amqp, {
      answered,
      counts: { answered: ORDERS, lost: 0 },
    })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])

    // Each way that an order can go was gone.
    expect(new Set(outcomes.map(({ order }) => order.status))).toEqual(
      new Set(['confirmed', 'rejected', 'cancelled']),
    )
    for (const sku of skus) {
      const held = outcomes
        .filter(({ order }) => order.status === 'confirmed')
        .flatMap(({ order }) => order.lines.filter((line) => line.sku === sku))
        .reduce((sum, { quantity }) => sum + quantity, 0)
      assert.equal((await readProduct(context, sku)).available, STOCK - held)
    }
  })
})

describe.each(['monolith', 'services'] as const)(
  'orders that are sent again while they are cancelled, on the %s',
  (name) => {
    const stack = useStack(name)

    it('are cancelled, and nobody waits for somebody who waits', async () => {
      const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
      const sku = await newProduct(context, AT_ONCE)
      const customer = newCustomer(context)
      for (let i = 0; i < AT_ONCE; i++) {
        const key = newKey()
        const { body } = await place(context, customer, [{ sku, quantity: 1 }], { key, prefer: 'wait=30' })
        const [again, order] = await Promise.all([
          place(context, customer, [{ sku, quantity: 1 }], { key }),
          cancelled(context, customer, (body as Order).id),
        ])
        expect({ again: again.status, cancelled: order.status }).toEqual({
          again: 201,
          cancelled: 'cancelled',
        })
      }
      // The services give stock back by messages.
      await eventually(async () => assert.equal((await readProduct(context, sku)).available, AT_ONCE))
    })
  },
)

describe('several replicas of orders', () => {
  const stack = useStack('services', { replicas: { orders: 3, inventory: 2 } })

  it('answer who waits as soon as the order settles, whichever replica hears of it', async () => {
    const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
    const sku = await newProduct(context, 100)
    const took: number[] = []
    for (let i = 0; i < 30; i++) {
      const started = performance.now()
      const { status } = await place(context, newCustomer(context), [{ sku, quantity: 1 }])
      took.push(performance.now() - started)
      expect(status).toBe(201)
    }
    // Without news from its fellows a replica finds out by looking into the database, once a second.
    expect(took.sort((a, b) => a - b)[15]).toBeLessThan(500)
  })
})
