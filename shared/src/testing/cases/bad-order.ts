import assert from 'node:assert/strict'
import type { ProblemName } from '../../contract/problems.ts'
import { listOrders, newProduct, readProduct } from '../calls.ts'
import { type ContractCase, type ContractContext, newCustomer, newKey } from '../context.ts'
import { type Sent, send } from '../http.ts'
import { assertProblem } from '../problem.ts'

/** What to send in place of a good order for `sku`. */
type Spoil = (sku: string) => Pick<Sent, 'json' | 'body' | 'headers'>

const line = (change: object) => (sku: string) => ({ json: { lines: [{ sku, quantity: 1, ...change }] } })
const lines = (value: unknown) => () => ({ json: { lines: value } })
const text = (make: (sku: string) => string) => (sku: string) => ({ body: make(sku) })
const good = (sku: string) => JSON.stringify({ lines: [{ sku, quantity: 1 }] })
const typed = (type: string) => (sku: string) => ({ body: good(sku), headers: { 'content-type': type } })

const invalid: Record<string, Spoil> = {
  'JSON that is cut off': text((sku) => good(sku).slice(0, -2)),
  'JSON with a comma too many': text((sku) => `{"lines":[{"sku":"${sku}","quantity":1},]}`),
  'JSON with single quotes': text((sku) => good(sku).replaceAll('"', "'")),
  'JSON followed by more': text((sku) => `${good(sku)} ${good(sku)}`),
  'no body': () => ({ headers: { 'content-type': 'application/json' } }),
  'an empty body': text(() => ''),
  'a body of null': text(() => 'null'),
  'a body that is a list': text((sku) => `[${good(sku)}]`),
  'a body that is text': text(() => '"lines"'),
  'a body that is a number': text(() => '7'),
  'an empty object': () => ({ json: {} }),
  'JSON nested 20,000 deep': text(() => '['.repeat(20_000) + ']'.repeat(20_000)),
  'lines of null': lines(null),
  'lines as an object': (sku) => ({ json: { lines: { sku, quantity: 1 } } }),
  'lines as text': lines('MUG-001'),
  'no lines': lines([]),
  'a line of null': lines([null]),
  'a line that is a list': (sku) => ({ json: { lines: [[sku, 1]] } }),
  'a line without a quantity': (sku) => ({ json: { lines: [{ sku }] } }),
  'a line without a SKU': lines([{ quantity: 1 }]),
  'an unknown property': (sku) => ({ json: { lines: [{ sku, quantity: 1 }], note: 'quick' } }),
  'an unknown property in a line': line({ priceCents: 1 }),
  '100 lines': lines(Array.from({ length: 100 }, (_, i) => ({ sku: `S-${i}`, quantity: 1 }))),
  '21 lines': lines(Array.from({ length: 21 }, (_, i) => ({ sku: `S-${i}`, quantity: 1 }))),
  'the same SKU twice': (sku) => ({
    json: {
      lines: [
        { sku, quantity: 1 },
        { sku, quantity: 2 },
      ],
    },
  }),
  'quantity 0': line({ quantity: 0 }),
  'quantity -1': line({ quantity: -1 }),
  'quantity 1001': line({ quantity: 1_001 }),
  'quantity 1e9': line({ quantity: 1e9 }),
  'quantity 1e400': text((sku) => good(sku).replace(':1}', ':1e400}')),
  'quantity 2^53 + 1': text((sku) => good(sku).replace(':1}', ':9007199254740993}')),
  'quantity 1.5': line({ quantity: 1.5 }),
  'quantity NaN': text((sku) => good(sku).replace(':1}', ':NaN}')),
  'quantity Infinity': text((sku) => good(sku).replace(':1}', ':Infinity}')),
  'quantity "1"': line({ quantity: '1' }),
  'quantity true': line({ quantity: true }),
  'quantity null': line({ quantity: null }),
  'quantity [1]': line({ quantity: [1] }),
  'quantity {}': line({ quantity: {} }),
  'a SKU with SQL in it': line({ sku: "X'; DROP TABLE product; --" }),
  'a SKU of null': line({ sku: null }),
  'a number as SKU': line({ sku: 7 }),
  'a list as SKU': (sku) => ({ json: { lines: [{ sku: [sku], quantity: 1 }] } }),
  'an empty SKU': line({ sku: '' }),
  'a SKU in small letters': (sku) => ({ json: { lines: [{ sku: sku.toLowerCase(), quantity: 1 }] } }),
  'a SKU with a line break at its end': (sku) => ({ json: { lines: [{ sku: `${sku}\n`, quantity: 1 }] } }),
  'a SKU with U+0000': text((sku) => good(sku).replace(sku, `${sku}\\u0000`)),
  'a SKU with a lone surrogate': text((sku) => good(sku).replace(sku, `${sku}\\ud800`)),
  'a SKU of 33 characters': line({ sku: 'X'.repeat(33) }),
  'a SKU of 60,000 characters': line({ sku: 'X'.repeat(60_000) }),
  '__proto__ in the body': text((sku) => `{"__proto__":{"admin":true},${good(sku).slice(1)}`),
  '__proto__ in a line': text((sku) => good(sku).replace('{"sku"', '{"__proto__":{"quantity":1},"sku"')),
  'constructor.prototype in the body': text((sku) => `{"constructor":{"prototype":{}},${good(sku).slice(1)}`),
  'a key twice, the last of them bad': text((sku) => `${good(sku).slice(0, -1)},"lines":[]}`),
}

const unsupported: Record<string, Spoil> = {
  'content type text/plain': typed('text/plain'),
  'content type application/xml': typed('application/xml'),
  'content type of a form': typed('application/x-www-form-urlencoded'),
  'content type of a multipart form': typed('multipart/form-data; boundary=x'),
  'a content type that is none': typed('json'),
}

/** Orders that are refused: each is a problem, makes no order, and takes no stock. */
export const badOrderCases: ContractCase[] = [
  ...Object.entries(invalid).map(([what, spoil]) => refusal(what, spoil, 'invalid-request')),
  ...Object.entries(unsupported).map(([what, spoil]) => refusal(what, spoil, 'unsupported-media-type')),
]

function refusal(what: string, spoil: Spoil, problem: ProblemName): ContractCase {
  return {
    name: `an order with ${what} is ${problem}, without effect`,
    async run(context: ContractContext) {
      const sku = await newProduct(context, 5)
      const customer = newCustomer(context)
      const { headers, ...content } = spoil(sku)
      const sent = { token: customer.token, headers: { 'idempotency-key': newKey(), ...headers }, ...content }
      assertProblem(await send(context, 'POST', '/orders', sent), problem)
      assert.deepEqual((await listOrders(context, customer)).items, [], 'no order is kept')
      assert.equal((await readProduct(context, sku)).available, 5)
    },
  }
}
