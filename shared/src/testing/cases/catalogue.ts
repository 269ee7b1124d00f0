import assert from 'node:assert/strict'
import { Product, ProductPage } from '../../contract/schemas.ts'
import { expectBody, newProduct, readProduct, restock, stockBecomes } from '../calls.ts'
import { type ContractCase, type ContractContext, newAdmin, newSku } from '../context.ts'
import { send } from '../http.ts'
import { assertProblem } from '../problem.ts'

export const catalogueCases: ContractCase[] = [
  {
    name: 'a product is created with 201, without stock, and anyone can read it',
    async run(context) {
      const sku = newSku()
      const draft = { name: 'Teapot', priceCents: 3_499 }
      const answer = await put(context, sku, draft)
      const created = expectBody<Product>(answer, [201], Product)
      assert.deepEqual(created, { sku, ...draft, available: 0 })
      assert.deepEqual(await readProduct(context, sku), created)
    },
  },
  {
    name: 'a product is changed with 200, and keeps its stock',
    async run(context) {
      const sku = await newProduct(context, 7)
      const draft = { name: 'A better mug', priceCents: 1_500 }
      const changed = expectBody<Product>(await put(context, sku, draft), [200], Product)
      assert.deepEqual(changed, { sku, ...draft, available: 7 })
      assert.deepEqual(await readProduct(context, sku), changed)
    },
  },
  {
    name: 'putting the same product again changes nothing',
    async run(context) {
      const draft = { name: 'A mug', priceCents: 1_250 }
      const sku = await newProduct(context, 3, draft)
      const before = await readProduct(context, sku)
      expectBody(await put(context, sku, draft), [200], Product)
      assert.deepEqual(await readProduct(context, sku), before)
    },
  },
  {
    name: 'names and prices at their limits are kept as they are',
    async run(context) {
      const drafts = [
        { name: 'x'.repeat(200), priceCents: 100_000_000 },
        { name: 'Čajník "für" 紅茶 🫖 \\ <b>', priceCents: 0 },
        { name: "'); DROP TABLE product; --", priceCents: 1 },
      ]
      for (const draft of drafts) {
        const sku = await newProduct(context, 1, draft)
        assert.deepEqual(await readProduct(context, sku), { sku, ...draft, available: 1 })
      }
    },
  },
  {
    name: 'a product that is not there is 404',
    async run(context) {
      assertProblem(await send(context, 'GET', `/products/${newSku()}`), 'not-found')
    },
  },
  {
    name: 'concurrent creations of one product: one 201, the others 200',
    async run(context) {
      const sku = newSku()
      const draft = { name: 'A mug', priceCents: 1 }
      const answers = await Promise.all(Array.from({ length: 8 }, () => put(context, sku, draft)))
      const statuses = answers.map(({ status }) => status).sort()
      assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 200, 201])
    },
  },
  {
    name: 'the catalogue is a list of products, 20 to a page by default and 100 at most',
    async run(context) {
      await newProduct(context, 1)
      assert.ok((await page(context, '')).items.length <= 20)
      assert.equal((await page(context, '?limit=1')).items.length, 1)
      assert.ok((await page(context, '?limit=100')).items.length <= 100)
    },
  },
  {
    name: 'pages of the catalogue have no gaps and no repeats',
    async run(context) {
      const prefix = `${newSku()}-`
      const mine = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((letter) => prefix + letter)
      await Promise.all(mine.map((sku) => put(context, sku, { name: 'One of seven', priceCents: 1 })))
      const seen: string[] = []
      for (let after = prefix; seen.length <= mine.length; ) {
        const { items, next } = await page(context, `?limit=3&after=${after}`)
        seen.push(...items.map(({ sku }) => sku).filter((sku) => sku.startsWith(prefix)))
        if (next === null || !next.startsWith(prefix)) break
        assert.equal(items.length, 3, 'a page before the last is full')
        assert.equal(next, items.at(-1)?.sku)
        after = next
      }
      assert.deepEqual(seen, mine)
    },
  },
  {
    name: 'the last page of the catalogue has no next',
    async run(context) {
      const { items, next } = await page(context, `?limit=1&after=${'Z'.repeat(32)}`)
      assert.deepEqual({ items, next }, { items: [], next: null })
    },
  },
  {
    name: 'restocking adds up, also when it happens all at once',
    async run(context) {
      const sku = await newProduct(context, 5)
      const answers = await Promise.all([1, 2, 3, 4].map((quantity) => restock(context, sku, quantity)))
      for (const { status } of answers) assert.equal(status, 200)
      assert.deepEqual((await restock(context, sku, 1_000_000)).body, { sku, available: 1_000_015 })
      await stockBecomes(context, sku, 1_000_015)
    },
  },
  {
    name: 'restocking what is not there is 404',
    async run(context) {
      assertProblem(await restock(context, newSku(), 5), 'not-found')
    },
  },
]

function put(context: ContractContext, sku: string, draft: object) {
  return send(context, 'PUT', `/products/${sku}`, { token: newAdmin(context).token, json: draft })
}

async function page(context: ContractContext, query: string): Promise<ProductPage> {
  return expectBody(await send(context, 'GET', `/products${query}`), [200], ProductPage)
}
