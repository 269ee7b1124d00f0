import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { buy, newProduct, place } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import type { Stack, StackName } from '../loadtests/lab/stacks/start.ts'
import type { Span } from '../loadtests/lab/trace/otlp.ts'
import { type Receiver, startReceiver } from '../loadtests/lab/trace/receiver.ts'
import { startTestStack, testSecret } from './support/stack.ts'

// Spans of real processes, over a real broker and real databases, as a collector gets them.

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'
const SAMPLED = { traceparent: `00-${TRACE}-${CALLER}-01` }

const ORDER: Record<StackName, string> = {
  monolith: `
monolith: POST /orders (server)
  monolith: transaction (internal)
    monolith: begin (client)
    monolith: commit (client)
    monolith: insert-order (client)
    monolith: reserve-stock (client)`,
  services: `
gateway: POST /orders (server)
  gateway: POST orders (client)
    orders: POST /orders (server)
      orders: GET inventory (client)
        inventory: GET /internal/quotes (server)
          inventory: find-prices (client)
      orders: insert-order (client)
      orders: send order.placed (producer)
        inventory: process order.placed (consumer)
          inventory: send stock.reserved (producer)
            orders: process stock.reserved (consumer)
              orders: settle-orders (client)
          inventory: transaction (internal)
            inventory: begin (client)
            inventory: commit (client)
            inventory: find-reservations (client)
            inventory: lock-stock (client)
            inventory: write-allocation (client)
      orders: wait for the settlement (internal)`,
}

/** Spans below one another, in alphabetical order where they have the same parent. */
function treeOf(spans: readonly Span[], parent: string, indent = ''): string {
  return spans
    .filter((span) => span.parent === parent)
    .map(({ id, service, name, kind }) => {
      const line = `\n${indent}${service}: ${name} (${kind})`
      return line + treeOf(spans, id, `${indent}  `)
    })
    .sort()
    .join('')
}

const inTrace = ({ spans }: Receiver, traceId: string) => spans.filter((span) => span.traceId === traceId)

const tracedTo = (endpoint: string, share = '1') => ({
  env: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: share }),
})
const contextOf = ({ url }: Stack) => createContext({ baseUrl: url, secret: testSecret })

async function buyOne(context: ContractContext, headers: Record<string, string> = {}): Promise<void> {
  const sku = await newProduct(context, 5)
  await buy(context, newCustomer(context), [{ sku, quantity: 1 }], { headers })
}

describe.each(['monolith', 'services'] as const)('the %s, with a collector', (name) => {
  let receiver: Receiver
  beforeEach(async () => {
    receiver = await startReceiver()
  })
  afterEach(() => receiver.close())

  it('tells of an order in one trace, the caller’s, with each span where it belongs', async () => {
    const stack = await startTestStack(name, tracedTo(receiver.url))
    await buyOne(contextOf(stack), SAMPLED)
    await stack.stop()
    const spans = inTrace(receiver, TRACE)
    expect(treeOf(spans, CALLER)).toBe(ORDER[name])
    expect(spans).toHaveLength(ORDER[name].trim().split('\n').length)
    expect(spans.filter(({ failed }) => failed)).toEqual([])
    for (const { start, end } of spans) expect(end).toBeGreaterThanOrEqual(start)
  })

  it('tells nobody what is nobody’s business', async () => {
    const stack = await startTestStack(name, tracedTo(receiver.url))
    const context = contextOf(stack)
    const sku = await newProduct(context, 5)
    const [customer, key] = [newCustomer(context), newKey()]
    await place(context, customer, [{ sku, quantity: 1 }], { key })
    await place(context, customer, [{ sku, quantity: 2 }], { key })
    await fetch(`${stack.url}/products?limit=1&access_token=hunter2`)
    await fetch(`${stack.url}/orders/hunter2-is-no-id`, {
      headers: { authorization: `Bearer ${customer.token}` },
    })
    await stack.stop()
    const told = JSON.stringify(receiver.spans)
    expect(receiver.spans.length).toBeGreaterThan(10)
    const passwords = Object.values(stack.databases).map((url) => new URL(url).password)
    for (const secret of [customer.token, customer.sub, key, testSecret, 'access_token', ...passwords])
      expect(told).not.toContain(secret)
  })

  it('records no trace that begins here when the share is 0, and the one that a caller records', async () => {
    const stack = await startTestStack(name, tracedTo(receiver.url, '0'))
    await buyOne(contextOf(stack), SAMPLED)
    await stack.stop()
    expect([...new Set(receiver.spans.map(({ traceId }) => traceId))]).toEqual([TRACE])
    expect(treeOf(receiver.spans, CALLER)).toBe(ORDER[name])
  })

  it('records nothing that a caller does not record', async () => {
    const stack = await startTestStack(name, tracedTo(receiver.url))
    await buyOne(contextOf(stack), { traceparent: `00-${TRACE}-${CALLER}-00` })
    await stack.stop()
    expect(receiver.spans.length).toBeGreaterThan(0)
    expect(inTrace(receiver, TRACE)).toEqual([])
  })
})

describe.each([
  ['monolith', ['monolith']],
  ['services', ['gateway', 'inventory', 'orders']],
] as const)('the %s, with a collector that is of no use', (name, processes) => {
  /** Which processes have said that spans are lost, as often as they did. */
  const complaining = (lines: string[]) =>
    lines
      .filter((line) => line.includes('spans cannot be sent'))
      .map((line) => (JSON.parse(line) as { service: string }).service)
      .sort()

  // The stop of the stack complains of a process that has to be killed, or ends with another code than 0.
  async function serveUntilLost(endpoint: string): Promise<void> {
    const lines: string[] = []
    const stack = await startTestStack(name, { ...tracedTo(endpoint), log: (line) => void lines.push(line) })
    await buyOne(contextOf(stack))
    await eventually(async () => assert.deepEqual(complaining(lines), processes), 20_000)
    // More than one batch is lost by now, or is about to be.
    await buyOne(contextOf(stack))
    await stack.stop()
    expect(complaining(lines)).toEqual(processes)
  }

  it('serves and stops when nothing listens there, and says once in each process that spans are lost', async () => {
    await serveUntilLost(`http://127.0.0.1:${await freePort()}`)
  })

  it('does the same when it takes what it is sent and never answers', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined).resume()
    }).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    try {
      await serveUntilLost(`http://127.0.0.1:${port}`)
      expect(sockets.length).toBeGreaterThanOrEqual(processes.length)
    } finally {
      for (const socket of sockets) socket.destroy()
      silent.close()
    }
  })
})
