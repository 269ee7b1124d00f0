import assert from 'node:assert/strict'
import { Order } from '../../contract/schemas.ts'
import {
  buy,
  expectBody,
  listOrders,
  newProduct,
  orderBecomes,
  place,
  readOrder,
  readProduct,
  stockBecomes,
} from '../calls.ts'
import { type ContractCase, newAdmin, newCustomer, newKey, newSku } from '../context.ts'
import { send } from '../http.ts'
import { assertProblem } from '../problem.ts'

export const placingCases: ContractCase[] = [
  {
    name: 'with Prefer: wait, an order is answered 201, confirmed, priced and with its place',
    async run(context) {
      const mug = await newProduct(context, 9, { name: 'Mug', priceCents: 1_250 })
      const pot = await newProduct(context, 9, { name: 'Pot', priceCents: 3_499 })
      const customer = newCustomer(context)
      const started = Date.now()
      const answer = await place(context, customer, [
        { sku: pot, quantity: 2 },
        { sku: mug, quantity: 3 },
      ])
      const order = expectBody<Order>(answer, [201], Order)
      assert.equal(answer.headers.get('location'), `/orders/${order.id}`)
      assert.deepEqual(
        [order.status, order.totalCents, order.cancelledAt],
        ['confirmed', 2 * 3_499 + 3 * 1_250, null],
      )
      assert.deepEqual(order.lines, [
        { sku: pot, name: 'Pot', quantity: 2, unitPriceCents: 3_499 },
        { sku: mug, name: 'Mug', quantity: 3, unitPriceCents: 1_250 },
      ])
      // Clocks of two machines may differ; that the moment is of this hour is what matters.
      assert.ok(Math.abs(Date.parse(order.createdAt) - started) < 3_600_000)
      assert.ok(Date.parse(order.settledAt ?? '') >= Date.parse(order.createdAt))
      assert.deepEqual(await readOrder(context, customer, order.id), order)
    },
  },
  {
    name: 'without Prefer, an order is answered 201 confirmed or 202 pending, and is soon confirmed',
    async run(context) {
      const sku = await newProduct(context, 9)
      const customer = newCustomer(context)
      const answer = await place(context, customer, [{ sku, quantity: 4 }], { prefer: null })
      const order = expectBody<Order>(answer, [201, 202], Order)
      assert.equal(order.status, answer.status === 201 ? 'confirmed' : 'pending')
      assert.equal(order.settledAt === null, answer.status === 202)
      assert.equal(answer.headers.get('location'), `/orders/${order.id}`)
      const settled = await orderBecomes(context, customer, order.id, 'confirmed')
      assert.deepEqual({ ...settled, settledAt: null }, { ...order, status: 'confirmed', settledAt: null })
      assert.notEqual(settled.settledAt, null)
      await stockBecomes(context, sku, 5)
    },
  },
  {
    name: 'with Prefer: wait, an order that stock does not suffice for is 409 and kept, rejected',
    async run(context) {
      const sku = await newProduct(context, 4)
      const customer = newCustomer(context)
      const { order } = assertProblem(await place(context, customer, [{ sku, quantity: 5 }]), 'out-of-stock')
      assert.ok(order, 'the problem carries the order')
      assert.equal(order.status, 'rejected')
      assert.notEqual(order.settledAt, null)
      assert.deepEqual(await readOrder(context, customer, order.id), order)
      assert.deepEqual((await listOrders(context, customer)).items, [order])
      assert.equal((await readProduct(context, sku)).available, 4)
    },
  },
  {
    name: 'without Prefer, an order that stock does not suffice for is soon rejected',
    async run(context) {
      const sku = await newProduct(context, 4)
      const customer = newCustomer(context)
      const answer = await place(context, customer, [{ sku, quantity: 5 }], { prefer: null })
      if (answer.status !== 202) assertProblem(answer, 'out-of-stock')
      const [order] = (await listOrders(context, customer)).items
      assert.ok(order, 'the order is kept')
      await orderBecomes(context, customer, order.id, 'rejected')
      assert.equal((await readProduct(context, sku)).available, 4)
    },
  },
  {
    name: 'an order for what is not there is 422, and no order is kept',
    async run(context) {
      const sku = await newProduct(context, 5)
      const missing = newSku()
      const customer = newCustomer(context)
      const lines = [sku, missing].map((it) => ({ sku: it, quantity: 1 }))
      const { detail } = assertProblem(await place(context, customer, lines), 'unknown-product')
      assert.ok(detail?.includes(missing), 'the problem names the product')
      assert.deepEqual((await listOrders(context, customer)).items, [])
      assert.equal((await readProduct(context, sku)).available, 5)
    },
  },
  {
    name: 'a key whose order was refused as unknown-product is free: the same call does once the product is there',
    async run(context) {
      const sku = newSku()
      const customer = newCustomer(context)
      const key = newKey()
      const ask = () => place(context, customer, [{ sku, quantity: 1 }], { key })
      assertProblem(await ask(), 'unknown-product')
      const { token } = newAdmin(context)
      await send(context, 'PUT', `/products/${sku}`, { token, json: { name: 'Late', priceCents: 1 } })
      const { order } = assertProblem(await ask(), 'out-of-stock')
      assert.equal(order?.lines[0]?.name, 'Late')
    },
  },
  {
    name: 'an order may have 20 lines, and a line 1000 pieces',
    async run(context) {
      const skus = await Promise.all(Array.from({ length: 20 }, () => newProduct(context, 1_000)))
      const lines = skus.map((sku) => ({ sku, quantity: 1_000 }))
      const order = await buy(context, newCustomer(context), lines)
      assert.deepEqual(
        order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
        lines,
      )
      assert.equal(order.totalCents, 20 * 1_000 * 1_250)
      await Promise.all(skus.map((sku) => stockBecomes(context, sku, 0)))
    },
  },
  {
    name: 'an order keeps the names and prices of its time',
    async run(context) {
      const sku = await newProduct(context, 5, { name: 'Then', priceCents: 100 })
      const customer = newCustomer(context)
      const order = await buy(context, customer, [{ sku, quantity: 2 }])
      const { token } = newAdmin(context)
      await send(context, 'PUT', `/products/${sku}`, { token, json: { name: 'Now', priceCents: 999 } })
      assert.deepEqual(await readOrder(context, customer, order.id), order)
      const later = await buy(context, customer, [{ sku, quantity: 1 }])
      assert.deepEqual([later.lines[0]?.name, later.totalCents], ['Now', 999])
      assert.deepEqual([order.lines[0]?.name, order.totalCents], ['Then', 200])
    },
  },
  {
    name: 'Prefer is a wish: one that means nothing here is passed over, one among others is heard',
    async run(context) {
      const sku = await newProduct(context, 100)
      const customer = newCustomer(context)
      const lines = [{ sku, quantity: 1 }]
      for (const prefer of [
        'wait=',
        'wait=soon',
        'wait=-1',
        'wait=0',
        'wait=1.5',
        'respond-async',
        ',;=',
        '"',
      ]) {
        expectBody(await place(context, customer, lines, { prefer }), [201, 202], Order)
      }
      const heard = ['wait=10', 'WAIT=10', 'return=minimal, wait=10', 'wait="10"', 'wait=9999999999']
      for (const prefer of heard) await buy(context, customer, lines, { prefer })
    },
  },
]
