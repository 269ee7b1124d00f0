import assert from 'node:assert/strict'
import { Order } from '../../contract/schemas.ts'
import {
  buy,
  cancel,
  cancelled,
  expectBody,
  newProduct,
  orderBecomes,
  place,
  readOrder,
  readProduct,
  stockBecomes,
} from '../calls.ts'
import { type ContractCase, newAdmin, newCustomer } from '../context.ts'
import { assertProblem } from '../problem.ts'

export const cancellingCases: ContractCase[] = [
  {
    name: 'a confirmed order can be cancelled, and the stock of all its lines comes back',
    async run(context) {
      const [mug, pot] = [await newProduct(context, 5), await newProduct(context, 8)]
      const customer = newCustomer(context)
      const order = await buy(context, customer, [
        { sku: mug, quantity: 5 },
        { sku: pot, quantity: 3 },
      ])
      const after = await cancelled(context, customer, order.id)
      assert.deepEqual(
        { ...after, cancelledAt: null },
        { ...order, status: 'cancelled', cancelledAt: null },
        'nothing but status and moment changes',
      )
      assert.ok(Date.parse(after.cancelledAt ?? '') >= Date.parse(order.createdAt))
      assert.deepEqual(await readOrder(context, customer, order.id), after)
      await stockBecomes(context, mug, 5)
      await stockBecomes(context, pot, 8)
    },
  },
  {
    name: 'cancelling again answers the same, and the stock comes back once',
    async run(context) {
      const sku = await newProduct(context, 5)
      const customer = newCustomer(context)
      const { id } = await buy(context, customer, [{ sku, quantity: 2 }])
      const first = await cancelled(context, customer, id)
      assert.deepEqual(await cancelled(context, customer, id), first)
      await stockBecomes(context, sku, 5)
      assert.deepEqual(await cancelled(context, newAdmin(context), id), first)
      // Every earlier message has been dealt with once a later order of the same product is settled.
      await buy(context, customer, [{ sku, quantity: 1 }])
      assert.equal((await readProduct(context, sku)).available, 4)
    },
  },
  {
    name: 'cancelling ten times at once: each is answered 200, and the stock comes back once',
    async run(context) {
      const sku = await newProduct(context, 50)
      const customer = newCustomer(context)
      const { id } = await buy(context, customer, [{ sku, quantity: 10 }])
      const orders = await Promise.all(Array.from({ length: 10 }, () => cancelled(context, customer, id)))
      for (const order of orders) assert.deepEqual(order, orders[0])
      await stockBecomes(context, sku, 50)
      await buy(context, customer, [{ sku, quantity: 1 }])
      assert.equal((await readProduct(context, sku)).available, 49)
    },
  },
  {
    name: 'an order cancelled right after it was placed ends cancelled, and holds no stock',
    async run(context) {
      const sku = await newProduct(context, 30)
      const customer = newCustomer(context)
      const ids = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const answer = await place(context, customer, [{ sku, quantity: 3 }], { prefer: null })
          const { id } = expectBody<Order>(answer, [201, 202], Order)
          await cancelled(context, customer, id)
          return id
        }),
      )
      await stockBecomes(context, sku, 30)
      await buy(context, customer, [{ sku, quantity: 30 }])
      for (const id of ids) assert.equal((await readOrder(context, customer, id)).status, 'cancelled')
      assert.equal((await readProduct(context, sku)).available, 0)
    },
  },
  {
    name: 'a rejected order cannot be cancelled: 409, and it stays rejected',
    async run(context) {
      const sku = await newProduct(context, 1)
      const customer = newCustomer(context)
      const { order } = assertProblem(await place(context, customer, [{ sku, quantity: 2 }]), 'out-of-stock')
      assert.ok(order)
      assertProblem(await cancel(context, customer, order.id), 'order-rejected')
      assertProblem(await cancel(context, newAdmin(context), order.id), 'order-rejected')
      await orderBecomes(context, customer, order.id, 'rejected')
      assert.equal((await readProduct(context, sku)).available, 1)
    },
  },
  {
    name: 'an administrator can cancel; to another customer the order is not there, and nothing happens',
    async run(context) {
      const sku = await newProduct(context, 5)
      const owner = newCustomer(context)
      const order = await buy(context, owner, [{ sku, quantity: 2 }])
      assertProblem(await cancel(context, newCustomer(context), order.id), 'not-found')
      assert.deepEqual(await readOrder(context, owner, order.id), order)
      await cancelled(context, newAdmin(context), order.id)
      assert.equal((await readOrder(context, owner, order.id)).status, 'cancelled')
      await stockBecomes(context, sku, 5)
    },
  },
  {
    name: 'an order that is not there cannot be cancelled: 404',
    async run(context) {
      const id = '01890000-0000-7000-8000-000000000000'
      assertProblem(await cancel(context, newCustomer(context), id), 'not-found')
      assertProblem(await cancel(context, newAdmin(context), id), 'not-found')
    },
  },
]
