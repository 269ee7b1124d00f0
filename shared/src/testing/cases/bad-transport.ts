import assert from 'node:assert/strict'
import { listOrders, newProduct, readProduct } from '../calls.ts'
import { type ContractCase, type ContractContext, newCustomer, newKey } from '../context.ts'
import { assertProblem } from '../problem.ts'
import { type RawRequest, sendBytes, sendRaw } from '../raw-http.ts'

const MEGABYTE = 'x'.repeat(1024 * 1024)
const TEN = 10

/** Requests that no well-made client sends: each is a problem, makes no order, and takes no stock. */
export const badTransportCases: ContractCase[] = [
  {
    name: 'a body of 10 MB is 413',
    run: (context) =>
      orderRefused(context, 'payload-too-large', () => ({
        headers: { 'content-length': String(TEN * MEGABYTE.length) },
        chunks: tenMegabytes(),
      })),
  },
  {
    name: 'a body of 10 MB in chunks, its length not told, is 413',
    run: (context) =>
      orderRefused(context, 'payload-too-large', () => ({
        headers: { 'transfer-encoding': 'chunked' },
        chunks: tenMegabytes(),
      })),
  },
  {
    name: 'an order padded with blanks beyond the limit is 413',
    run: (context) =>
      orderRefused(context, 'payload-too-large', (body) => ({ chunks: [body + ' '.repeat(100_000)] })),
  },
  {
    name: 'two idempotency keys are invalid-request',
    run: (context) =>
      orderRefused(context, 'invalid-request', (body) => ({
        headers: { 'idempotency-key': [newKey(), newKey()] },
        chunks: [body],
      })),
  },
  {
    name: 'a key of 4,000 characters is invalid-request',
    run: (context) =>
      orderRefused(context, 'invalid-request', (body) => ({
        headers: { 'idempotency-key': 'k'.repeat(4_000) },
        chunks: [body],
      })),
  },
  {
    name: 'a body without a content type is 415',
    run: (context) =>
      orderRefused(context, 'unsupported-media-type', (body) => ({
        headers: { 'content-type': [] },
        chunks: [body],
      })),
  },
  {
    name: 'bytes that are no HTTP are answered 400 with a problem, and the line is closed',
    async run(context) {
      const host = `Host: ${new URL(context.urlFor('/')).host}`
      const garbage = [
        'HELO shop\r\n\r\n',
        `GET /products HTTP/9.9\r\n${host}\r\n\r\n`,
        `GET /products HTTP/1.1\r\n${host}\r\nBad Header: x\r\n\r\n`,
        `GET /products HTTP/1.1\r\n${host}\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
        `POST /orders HTTP/1.1\r\n${host}\r\nContent-Length: -5\r\n\r\n`,
        `POST /orders HTTP/1.1\r\n${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ]
      for (const bytes of garbage) {
        const reply = await sendBytes(context, bytes)
        assert.match(reply, /^HTTP\/1\.1 4\d\d [^\r]*\r\n/, bytes.slice(0, 60))
        assert.match(reply, /application\/problem\+json/, bytes.slice(0, 60))
      }
    },
  },
]

async function orderRefused(
  context: ContractContext,
  problem: 'payload-too-large' | 'invalid-request' | 'unsupported-media-type',
  make: (body: string) => Partial<RawRequest>,
): Promise<void> {
  const sku = await newProduct(context, 5)
  const customer = newCustomer(context)
  const { headers, chunks } = make(JSON.stringify({ lines: [{ sku, quantity: 1 }] }))
  const usual = {
    authorization: `Bearer ${customer.token}`,
    'content-type': 'application/json',
    'idempotency-key': newKey(),
  }
  const raw = { method: 'POST', path: '/orders', headers: { ...usual, ...headers }, chunks }
  assertProblem(await sendRaw(context, raw), problem)
  assert.deepEqual((await listOrders(context, customer)).items, [], 'no order is kept')
  assert.equal((await readProduct(context, sku)).available, 5)
}

function* tenMegabytes(): Iterable<string> {
  yield '{"lines":"'
  for (let i = 0; i < TEN - 1; i++) yield MEGABYTE
  yield MEGABYTE.slice('{"lines":""}'.length)
  yield '"}'
}
