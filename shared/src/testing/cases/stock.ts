import assert from 'node:assert/strict'
import type { Order } from '../../contract/schemas.ts'
import { buy, cancelled, newProduct, place, readProduct, restock, stockBecomes } from '../calls.ts'
import { type ContractCase, newCustomer } from '../context.ts'
import { assertProblem } from '../problem.ts'

export const stockCases: ContractCase[] = [
  {
    name: 'stock falls by what was ordered, down to the last piece',
    async run(context) {
      const sku = await newProduct(context, 5)
      const customer = newCustomer(context)
      await buy(context, customer, [{ sku, quantity: 3 }])
      await stockBecomes(context, sku, 2)
      await buy(context, customer, [{ sku, quantity: 2 }])
      await stockBecomes(context, sku, 0)
      assertProblem(await place(context, customer, [{ sku, quantity: 1 }]), 'out-of-stock')
      assert.equal((await readProduct(context, sku)).available, 0)
    },
  },
  {
    name: 'all lines or none: when one product is short, nothing is taken of the other',
    async run(context) {
      const [plenty, scarce] = [await newProduct(context, 50), await newProduct(context, 1)]
      const customer = newCustomer(context)
      const lines = [
        { sku: plenty, quantity: 10 },
        { sku: scarce, quantity: 2 },
      ]
      assertProblem(await place(context, customer, lines), 'out-of-stock')
      assertProblem(await place(context, customer, lines.toReversed()), 'out-of-stock')
      assert.equal((await readProduct(context, plenty)).available, 50)
      assert.equal((await readProduct(context, scarce)).available, 1)
    },
  },
  {
    name: 'what comes back or comes in can be ordered again; what was rejected stays rejected',
    async run(context) {
      const sku = await newProduct(context, 2)
      const customer = newCustomer(context)
      const ask = (key?: string) => place(context, customer, [{ sku, quantity: 2 }], { key })
      const first = await buy(context, customer, [{ sku, quantity: 2 }])
      assertProblem(await ask('too-late'), 'out-of-stock')
      await cancelled(context, customer, first.id)
      await stockBecomes(context, sku, 2)
      assertProblem(await ask('too-late'), 'out-of-stock')
      await buy(context, customer, [{ sku, quantity: 2 }])
      assert.equal((await restock(context, sku, 2)).status, 200)
      await buy(context, customer, [{ sku, quantity: 2 }])
      await stockBecomes(context, sku, 0)
    },
  },
  {
    name: 'a hot product sells out exactly: as many orders as pieces, the rest out-of-stock',
    async run(context) {
      const sku = await newProduct(context, 12)
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => place(context, newCustomer(context), [{ sku, quantity: 1 }])),
      )
      const refused = answers.filter(({ status }) => status !== 201)
      for (const answer of refused) assertProblem(answer, 'out-of-stock')
      assert.equal(answers.length - refused.length, 12)
      assert.equal((await readProduct(context, sku)).available, 0)
    },
  },
  {
    name: 'buyers of the same products in opposite order do not get in each other’s way, and the sums hold',
    async run(context) {
      const skus = await Promise.all([20, 20, 20].map((stock) => newProduct(context, stock)))
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, i) => {
          const lines = skus.map((sku) => ({ sku, quantity: 1 + (i % 2) }))
          return place(context, newCustomer(context), i % 3 ? lines : lines.toReversed())
        }),
      )
      const sold = answers
        .map(({ status }, i) => (status === 201 ? 1 + (i % 2) : 0))
        .reduce((sum, quantity) => sum + quantity, 0)
      for (const answer of answers.filter(({ status }) => status !== 201))
        assertProblem(answer, 'out-of-stock')
      // One piece or two were always asked for, so that at most one can be left over.
      assert.ok(sold === 19 || sold === 20, `${sold} of 20 were sold`)
      for (const sku of skus) await stockBecomes(context, sku, 20 - sold)
    },
  },
  {
    name: 'the last pieces, bought and cancelled by many at once, are never refused with a failure, and are all there in the end',
    async run(context) {
      const skus = await Promise.all([3, 3].map((stock) => newProduct(context, stock)))
      const buyer = async (_: unknown, i: number) => {
        const customer = newCustomer(context)
        const lines = skus.map((sku) => ({ sku, quantity: 1 + (i % 3) }))
        for (let round = 0; round < 5; round++) {
          const answer = await place(context, customer, i % 2 ? lines : lines.toReversed())
          if (answer.status === 201) await cancelled(context, customer, (answer.body as Order).id)
          else assertProblem(answer, 'out-of-stock')
        }
      }
      await Promise.all(Array.from({ length: 20 }, buyer))
      for (const sku of skus) await stockBecomes(context, sku, 3)
    },
  },
]
