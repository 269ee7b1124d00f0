import assert from 'node:assert/strict'
import { newProduct, readProduct } from '../calls.ts'
import { type ContractCase, type ContractContext, newAdmin, newCustomer, newKey, newSku } from '../context.ts'
import { send } from '../http.ts'
import { assertProblem } from '../problem.ts'
import { sendRaw } from '../raw-http.ts'

const SQL = "X';DROP TABLE product;--"
const badSkus = [
  encodeURIComponent(SQL),
  'lower',
  '%00',
  'A%00B',
  'A%0A',
  '%F0%9F%AB%96',
  '-A',
  'A_B',
  'A%2FB',
  'X'.repeat(33),
]
const ID = '01890000-0000-7000-8000-000000000000'
const badIds = [
  '1',
  'null',
  encodeURIComponent("1' OR '1'='1"),
  '%00',
  `${'0'.repeat(8)}-0000`,
  'g'.repeat(36),
  `urn:uuid:${ID}`,
  `URN:UUID:${ID}`,
  `{${ID}}`.replace('{', '%7B').replace('}', '%7D'),
  ID.replaceAll('-', ''),
  `%20${ID}`,
  `${ID}%0A`,
]
const badLimits = [
  '0',
  '-1',
  '101',
  '1e9',
  '1.5',
  'ten',
  '',
  'NaN',
  '99999999999999999999',
  '0x10',
  '0b11',
  '1e1',
  '5.0',
  '+5',
  '%2B5',
  '05',
  '%205',
  '5%0A',
  'true',
  'null',
  'Infinity',
  '%00',
  '1&limit=2',
]
const badCursors = ['', 'lower', '%00', encodeURIComponent(SQL), 'X'.repeat(33)]
const badPercents = [
  '/%',
  '/products/%',
  '/products/%ZZ',
  '/products/%C3%28',
  '/products/%E0%A4%A',
  '/orders/%FF',
]

export const badUrlCases: ContractCase[] = [
  ...badSkus.map((sku) => ({
    name: `a SKU of ${shown(sku)} in a path is invalid-request, whatever is done with it`,
    async run(context: ContractContext) {
      const { token } = newAdmin(context)
      const path = `/products/${sku}`
      assertProblem(await send(context, 'GET', path), 'invalid-request')
      const draft = { token, json: { name: 'A mug', priceCents: 1 } }
      assertProblem(await send(context, 'PUT', path, draft), 'invalid-request')
      const more = { token, json: { quantity: 1 }, headers: { 'idempotency-key': newKey() } }
      assertProblem(await send(context, 'POST', `${path}/restock`, more), 'invalid-request')
    },
  })),
  ...badIds.map((id) => ({
    name: `an order id of ${shown(id)} is invalid-request`,
    async run(context: ContractContext) {
      const { token } = newCustomer(context)
      assertProblem(await send(context, 'GET', `/orders/${id}`, { token }), 'invalid-request')
      assertProblem(await send(context, 'POST', `/orders/${id}/cancel`, { token }), 'invalid-request')
    },
  })),
  ...badLimits.map((limit) => ({
    name: `a limit of ${shown(limit)} is invalid-request`,
    run: (context: ContractContext) => bothListsRefuse(context, `limit=${limit}`),
  })),
  ...badCursors.map((after) => ({
    name: `a cursor of ${shown(after)} is invalid-request`,
    run: (context: ContractContext) => bothListsRefuse(context, `after=${after}`),
  })),
  {
    name: 'a cursor of orders that is no id is invalid-request',
    async run(context) {
      const { token } = newCustomer(context)
      for (const after of ['MUG-001', '1', "x'--", `urn:uuid:${ID}`, ID.replaceAll('-', '')]) {
        const path = `/orders?after=${encodeURIComponent(after)}`
        assertProblem(await send(context, 'GET', path, { token }), 'invalid-request')
      }
    },
  },
  {
    name: 'an unknown query parameter is invalid-request',
    run: (context) => bothListsRefuse(context, 'page=2'),
  },
  {
    name: 'a bad % in a URL is a problem',
    async run(context) {
      for (const path of badPercents) {
        assertProblem(await sendRaw(context, { method: 'GET', path }), 'invalid-request', 'not-found')
      }
    },
  },
  {
    name: 'a path that climbs, repeats or runs long is a problem',
    async run(context) {
      const paths = [
        '/../../etc/passwd',
        '/products/../../x',
        '/docs/static/../../../package.json',
        '//products',
        '/products/',
      ]
      paths.push(`/products/${'X'.repeat(300)}`, `/${'x'.repeat(8_000)}`, `/orders/${'0'.repeat(4_000)}`)
      paths.push('/docs/static/..%2f..%2f..%2fpackage.json', '/products/%2e%2e%2fhealth')
      const { token } = newCustomer(context)
      const headers = { authorization: `Bearer ${token}` }
      for (const path of paths) {
        const answer = await sendRaw(context, { method: 'GET', path, headers })
        assertProblem(answer, 'not-found', 'invalid-request')
      }
    },
  },
  {
    name: 'SQL in a path leaves the catalogue as it was',
    async run(context) {
      const sku = await newProduct(context, 4)
      const before = await readProduct(context, sku)
      for (const bad of [`${sku}';DELETE FROM product;--`, `${sku}' OR '1'='1`, `${newSku()}%'--`]) {
        assertProblem(await send(context, 'GET', `/products/${encodeURIComponent(bad)}`), 'invalid-request')
      }
      assert.deepEqual(await readProduct(context, sku), before)
    },
  },
]

async function bothListsRefuse(context: ContractContext, query: string): Promise<void> {
  const { token } = newCustomer(context)
  assertProblem(await send(context, 'GET', `/products?${query}`), 'invalid-request')
  assertProblem(await send(context, 'GET', `/orders?${query}`, { token }), 'invalid-request')
}

function shown(text: string): string {
  return text.length > 30 ? `${text.slice(0, 10)}… (${text.length} characters)` : text || 'nothing'
}
