import assert from 'node:assert/strict'
import type { Stock } from '../../contract/schemas.ts'
import { newProduct, readProduct, restock } from '../calls.ts'
import { type ContractCase, newAdmin, newKey, newSku } from '../context.ts'
import { send } from '../http.ts'
import { assertProblem } from '../problem.ts'
import { MALFORMED_KEYS } from './idempotency.ts'

/** What an idempotency key means for restocks. */
export const restockKeyCases: ContractCase[] = [
  {
    name: 'the same restock again: 200 with the stock as it now stands, one effect',
    async run(context) {
      const sku = await newProduct(context, 10)
      const [admin, key] = [newAdmin(context), newKey()]
      assert.deepEqual((await restock(context, sku, 5, { key, admin })).body, { sku, available: 15 })
      await restock(context, sku, 100)
      const again = await restock(context, sku, 5, { key, admin })
      assert.deepEqual([again.status, again.body], [200, { sku, available: 115 }])
      assert.equal((await readProduct(context, sku)).available, 115)
    },
  },
  {
    name: 'the key of another restock is 422, without effect',
    async run(context) {
      const [sku, other] = [await newProduct(context, 10), await newProduct(context, 20)]
      const [admin, key] = [newAdmin(context), newKey()]
      assert.equal((await restock(context, sku, 5, { key, admin })).status, 200)
      assertProblem(await restock(context, sku, 6, { key, admin }), 'idempotency-key-reused')
      assertProblem(await restock(context, other, 5, { key, admin }), 'idempotency-key-reused')
      assert.equal((await readProduct(context, sku)).available, 15)
      assert.equal((await readProduct(context, other)).available, 20)
    },
  },
  {
    name: 'twenty restocks at once with one key count once; those of two administrators count twice',
    async run(context) {
      const sku = await newProduct(context, 0)
      const [ada, ben, key] = [newAdmin(context), newAdmin(context), newKey()]
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => restock(context, sku, 5, { key, admin: ada })),
      )
      for (const { status, body } of answers) {
        assert.equal(status, 200)
        assert.equal((body as Stock).available, 5)
      }
      assert.equal((await readProduct(context, sku)).available, 5)
      assert.deepEqual((await restock(context, sku, 5, { key, admin: ben })).body, { sku, available: 10 })
    },
  },
  {
    name: 'the key of a restock that was refused as not-found is free',
    async run(context) {
      const sku = newSku()
      const [admin, key] = [newAdmin(context), newKey()]
      assertProblem(await restock(context, sku, 5, { key, admin }), 'not-found')
      await send(context, 'PUT', `/products/${sku}`, {
        token: admin.token,
        json: { name: 'Late', priceCents: 1 },
      })
      assert.deepEqual((await restock(context, sku, 5, { key, admin })).body, { sku, available: 5 })
    },
  },
  {
    name: 'a restock without a key, or with a malformed one, is 400',
    async run(context) {
      const sku = await newProduct(context, 10)
      const { token } = newAdmin(context)
      const path = `/products/${sku}/restock`
      assertProblem(await send(context, 'POST', path, { token, json: { quantity: 1 } }), 'invalid-request')
      for (const key of MALFORMED_KEYS)
        assertProblem(await restock(context, sku, 1, { key }), 'invalid-request')
      assert.equal((await readProduct(context, sku)).available, 10)
    },
  },
]
