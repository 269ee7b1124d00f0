import assert from 'node:assert/strict'
import { Order } from '../../contract/schemas.ts'
import {
  buy,
  cancelled,
  expectBody,
  listOrders,
  newProduct,
  place,
  readProduct,
  restock,
  stockBecomes,
} from '../calls.ts'
import { type ContractCase, newCustomer, newKey, newSku } from '../context.ts'
import { send } from '../http.ts'
import { assertProblem } from '../problem.ts'

/** Sent as they are, and refused wherever a key is needed. */
export const MALFORMED_KEYS = ['', 'two words', 'x'.repeat(256), 'caf\u00e9', 'tab\tbed']

/** What an idempotency key means for orders. */
export const idempotencyCases: ContractCase[] = [
  {
    name: 'the same order again: the same answer, one order, one effect',
    async run(context) {
      const sku = await newProduct(context, 10)
      const customer = newCustomer(context)
      const key = newKey()
      const order = await buy(context, customer, [{ sku, quantity: 2 }], { key })
      assert.deepEqual(await buy(context, customer, [{ sku, quantity: 2 }], { key }), order)
      assert.deepEqual(await buy(context, customer, [{ sku, quantity: 2 }], { key, prefer: null }), order)
      assert.deepEqual((await listOrders(context, customer)).items, [order])
      await stockBecomes(context, sku, 8)
    },
  },
  {
    name: 'the same order spelled differently is the same order',
    async run(context) {
      const sku = await newProduct(context, 10)
      const { token, sub } = newCustomer(context)
      const headers = { 'idempotency-key': newKey(), prefer: 'wait=10' }
      const spelled = (body: string) => send(context, 'POST', '/orders', { token, headers, body })
      const first = expectBody<Order>(
        await spelled(`{"lines":[{"sku":"${sku}","quantity":2}]}`),
        [201],
        Order,
      )
      const again = await spelled(`{ "lines" : [ { "quantity" : 2.0 , "sku" : "${sku}" } ] }\n`)
      assert.deepEqual(again.body, first)
      assert.equal((await listOrders(context, { token, sub })).items.length, 1)
    },
  },
  {
    name: 'the same order again after it was cancelled: 201 with the order as it now stands',
    async run(context) {
      const sku = await newProduct(context, 10)
      const customer = newCustomer(context)
      const key = newKey()
      const { id } = await buy(context, customer, [{ sku, quantity: 2 }], { key })
      const after = await cancelled(context, customer, id)
      await stockBecomes(context, sku, 10)
      const again = expectBody(await place(context, customer, [{ sku, quantity: 2 }], { key }), [201], Order)
      assert.deepEqual(again, after)
      assert.equal((await readProduct(context, sku)).available, 10)
    },
  },
  {
    name: 'the same order again after it was rejected: 409 with the same order, also when stock has come in',
    async run(context) {
      const sku = await newProduct(context, 1)
      const customer = newCustomer(context)
      const key = newKey()
      const ask = () => place(context, customer, [{ sku, quantity: 2 }], { key })
      const first = assertProblem(await ask(), 'out-of-stock')
      await restock(context, sku, 10)
      assert.deepEqual(assertProblem(await ask(), 'out-of-stock'), first)
      assert.deepEqual((await listOrders(context, customer)).items, [first.order])
      assert.equal((await readProduct(context, sku)).available, 11)
    },
  },
  {
    name: 'the key of another order is 422, and the first order stands',
    async run(context) {
      const [sku, other] = [await newProduct(context, 10), await newProduct(context, 10)]
      const customer = newCustomer(context)
      const key = newKey()
      const order = await buy(context, customer, [{ sku, quantity: 2 }], { key })
      const bodies = [
        [{ sku, quantity: 3 }],
        [{ sku: other, quantity: 2 }],
        [
          { sku, quantity: 2 },
          { sku: other, quantity: 2 },
        ],
        [{ sku: newSku(), quantity: 2 }],
      ]
      for (const lines of bodies) {
        assertProblem(await place(context, customer, lines, { key }), 'idempotency-key-reused')
      }
      assert.deepEqual((await listOrders(context, customer)).items, [order])
      await stockBecomes(context, sku, 8)
      assert.equal((await readProduct(context, other)).available, 10)
    },
  },
  {
    name: 'twenty calls at once with one key: one order, and each answer is that order',
    async run(context) {
      const sku = await newProduct(context, 50)
      const customer = newCustomer(context)
      const key = newKey()
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => place(context, customer, [{ sku, quantity: 2 }], { key })),
      )
      const { items } = await listOrders(context, customer)
      assert.equal(items.length, 1)
      for (const { status, body } of answers) {
        assert.equal(status, 201)
        assert.deepEqual(body, items[0])
      }
      await stockBecomes(context, sku, 48)
    },
  },
  {
    name: 'different orders at once with one key: one is placed, the others are refused',
    async run(context) {
      const sku = await newProduct(context, 50)
      const customer = newCustomer(context)
      const key = newKey()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => place(context, customer, [{ sku, quantity: i + 1 }], { key })),
      )
      const [order, ...more] = answers.filter(({ status }) => status === 201).map(({ body }) => body as Order)
      assert.ok(order)
      assert.deepEqual(more, [])
      for (const answer of answers) {
        if (answer.status !== 201) assertProblem(answer, 'idempotency-key-reused')
      }
      await stockBecomes(context, sku, 50 - order.lines[0]!.quantity)
    },
  },
  {
    name: 'two customers may use one key, each for an order of their own',
    async run(context) {
      const sku = await newProduct(context, 10)
      const key = newKey()
      const first = await buy(context, newCustomer(context), [{ sku, quantity: 1 }], { key })
      const second = await buy(context, newCustomer(context), [{ sku, quantity: 4 }], { key })
      assert.notEqual(first.id, second.id)
      await stockBecomes(context, sku, 5)
    },
  },
  {
    name: 'an order without a key, or with a malformed one, is 400; the longest key will do',
    async run(context) {
      const sku = await newProduct(context, 10)
      const customer = newCustomer(context)
      const lines = [{ sku, quantity: 1 }]
      const { token } = customer
      assertProblem(await send(context, 'POST', '/orders', { token, json: { lines } }), 'invalid-request')
      for (const key of MALFORMED_KEYS)
        assertProblem(await place(context, customer, lines, { key }), 'invalid-request')
      assert.deepEqual((await listOrders(context, customer)).items, [])
      await buy(context, customer, lines, { key: newKey().padEnd(255, '~') })
    },
  },
]
