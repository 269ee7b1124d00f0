import assert from 'node:assert/strict'
import { newProduct, readProduct, restock } from '../calls.ts'
import { type ContractCase, type ContractContext, newAdmin, newSku } from '../context.ts'
import { type Sent, send } from '../http.ts'
import { assertProblem } from '../problem.ts'

const draft = { name: 'A mug', priceCents: 1_250 }
const price = (priceCents: unknown) => ({ json: { ...draft, priceCents } })
const named = (name: unknown) => ({ json: { ...draft, name } })

const badDrafts: Record<string, Pick<Sent, 'json' | 'body'>> = {
  'no name': { json: { priceCents: 1 } },
  'no price': { json: { name: 'A mug' } },
  'an unknown property': { json: { ...draft, available: 1_000 } },
  'the name empty': named(''),
  'the name of 201 characters': named('x'.repeat(201)),
  'the name of 60,000 characters': named('x'.repeat(60_000)),
  'U+0000 in the name': named('a\u0000b'),
  'a line break in the name': named('a\nb'),
  'a lone surrogate in the name': { body: '{"name":"a\\ud800b","priceCents":1}' },
  'a lone low surrogate in the name': { body: '{"name":"a\\udc00","priceCents":1}' },
  'the name null': named(null),
  'a number as name': named(7),
  'an object as name': named({ en: 'A mug' }),
  'price -1': price(-1),
  'price 1.5': price(1.5),
  'price "1"': price('1'),
  'price null': price(null),
  'price 1e9': price(1e9),
  'price 1e400': { body: '{"name":"A mug","priceCents":1e400}' },
  'malformed JSON': { body: '{"name":"A mug",' },
  'a list': { json: [draft] },
  __proto__: { body: '{"__proto__":{},"name":"A mug","priceCents":1}' },
}

const badQuantities = [0, -1, 1.5, 1_000_001, 1e9, 1e20, '1', true, null, [1], {}, undefined]

export const badInventoryCases: ContractCase[] = [
  ...Object.entries(badDrafts).map(([what, sent]) => ({
    name: `a product with ${what} is invalid-request, and is neither made nor changed`,
    async run(context: ContractContext) {
      const { token } = newAdmin(context)
      const fresh = newSku()
      assertProblem(await send(context, 'PUT', `/products/${fresh}`, { token, ...sent }), 'invalid-request')
      assertProblem(await send(context, 'GET', `/products/${fresh}`), 'not-found')
      const sku = await newProduct(context, 3)
      const before = await readProduct(context, sku)
      assertProblem(await send(context, 'PUT', `/products/${sku}`, { token, ...sent }), 'invalid-request')
      assert.deepEqual(await readProduct(context, sku), before)
    },
  })),
  ...badQuantities.map((quantity) => ({
    name: `a restock of ${JSON.stringify(quantity) ?? 'nothing'} is invalid-request, without effect`,
    async run(context: ContractContext) {
      const sku = await newProduct(context, 3)
      assertProblem(await restock(context, sku, quantity), 'invalid-request')
      assert.equal((await readProduct(context, sku)).available, 3)
    },
  })),
]
