import assert from 'node:assert/strict'
import { newProduct, place, readProduct } from '../calls.ts'
import { type ContractCase, newCustomer } from '../context.ts'
import { send } from '../http.ts'
import { assertProblem } from '../problem.ts'
import { sendRaw } from '../raw-http.ts'

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** What every process serves beside the shop, and what goes along with every answer. */
export const processCases: ContractCase[] = [
  {
    name: '/health/live and /health/ready answer 200',
    async run(context) {
      for (const path of ['/health/live', '/health/ready']) {
        const { status, body } = await send(context, 'GET', path)
        assert.deepEqual([status, body], [200, { status: 'ok' }])
      }
    },
  },
  {
    name: '/health tells the state of all that a process works with, and has no other status than 200',
    async run(context) {
      const { status, body } = await send(context, 'GET', '/health')
      const { status: state, checks } = body as { status: string; checks: Record<string, { status: string }> }
      assert.equal(status, 200)
      const isOk = Object.values(checks).every((check) => check.status === 'ok')
      assert.equal(state, isOk ? 'ok' : 'degraded')
      assert.ok(Object.keys(checks).length > 0)
    },
  },
  {
    name: '/metrics counts requests by route, not by path, for Prometheus',
    async run(context) {
      const sku = await newProduct(context, 1)
      await send(context, 'GET', `/products/${sku}`)
      const { status, headers, text } = await send(context, 'GET', '/metrics')
      assert.equal(status, 200)
      assert.match(headers.get('content-type') ?? '', /^text\/plain/)
      assert.match(text, /^# TYPE http_request_duration_seconds histogram$/m)
      assert.match(
        text,
        /^http_request_duration_seconds_count\{[^}]*method="GET"[^}]*status="200"[^}]*\} [1-9]/m,
      )
      assert.ok(!text.includes(sku), 'every SKU would be a time series of its own')
    },
  },
  {
    name: '/openapi.json is an OpenAPI 3.1 document of the whole shop',
    async run(context) {
      const { status, headers, body } = await send(context, 'GET', '/openapi.json')
      assert.equal(status, 200)
      assert.match(headers.get('content-type') ?? '', /^application\/json/)
      const document = body as { openapi: string; paths: Record<string, object> }
      assert.match(document.openapi, /^3\.1\./)
      const calls = Object.entries(document.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
      )
      assert.deepEqual(calls.sort(), [
        'GET /orders',
        'GET /orders/{id}',
        'GET /products',
        'GET /products/{sku}',
        'POST /orders',
        'POST /orders/{id}/cancel',
        'POST /products/{sku}/restock',
        'PUT /products/{sku}',
      ])
    },
  },
  {
    name: '/docs is a page, and brings all that it shows with it',
    async run(context) {
      const { status, headers, text } = await send(context, 'GET', '/docs/')
      assert.equal(status, 200)
      assert.match(headers.get('content-type') ?? '', /^text\/html/)
      assert.doesNotMatch(text, /(src|href)="(https?:)?\/\//)
    },
  },
  {
    name: 'a request id is echoed; a malformed or missing one is replaced',
    async run(context) {
      const echoed = async (path: string, id?: string) => {
        const { headers } = await send(context, 'GET', path, {
          headers: id === undefined ? {} : { 'x-request-id': id },
        })
        return headers.get('x-request-id')
      }
      for (const path of ['/products', '/orders', '/nowhere', '/products/bad~sku']) {
        assert.equal(await echoed(path, 'order-page:7.a_b'), 'order-page:7.a_b')
        for (const bad of ['', 'two words', 'x'.repeat(129), '{"a":1}'])
          assert.notEqual(await echoed(path, bad), bad)
        assert.notEqual(await echoed(path), await echoed(path))
      }
    },
  },
  {
    name: 'a trace context is taken, and a malformed one does no harm',
    async run(context) {
      const sku = await newProduct(context, 9)
      const bad = [
        '',
        'x',
        `${TRACEPARENT}-more`,
        `ff${TRACEPARENT.slice(2)}`,
        `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      ]
      for (const traceparent of [TRACEPARENT, ...bad]) {
        const headers = { traceparent, tracestate: 'shop=1' }
        const { status } = await place(context, newCustomer(context), [{ sku, quantity: 1 }], { headers })
        assert.equal(status, 201)
      }
    },
  },
  {
    name: 'a request line with a whole URL is answered as one with a path, by the shop itself',
    async run(context) {
      const sku = await newProduct(context, 1)
      const path = `http://elsewhere.invalid/products/${sku}`
      const whole = await sendRaw(context, { method: 'GET', path })
      assert.deepEqual([whole.status, whole.body], [200, await readProduct(context, sku)])
    },
  },
  {
    name: 'what is not there is 404, for any method and any place',
    async run(context) {
      const nowhere = [
        '/',
        '/nowhere',
        '/products/A/B/C',
        '/orders/1/2/3',
        '/.env',
        '/docs-of-yours',
        '/health/dead',
      ]
      for (const path of nowhere) {
        for (const method of ['GET', 'POST', 'DELETE'])
          assertProblem(await send(context, method, path), 'not-found')
      }
      const calls = [
        'DELETE /orders',
        'PATCH /products/A',
        'POST /products',
        'PUT /orders',
        'DELETE /products/A',
      ]
      for (const call of calls) {
        const [method = '', path = ''] = call.split(' ')
        assertProblem(await send(context, method, path), 'not-found')
      }
    },
  },
]
