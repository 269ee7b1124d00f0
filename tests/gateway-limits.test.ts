import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type ContractContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { ask, useGateway } from './support/gateway.ts'

// What one service that hangs, or one crowd of callers that goes, does to all others.

const PLACES = 8
const PLACES_HELD = 20
const env = { RATE_LIMIT: '10000', PLACES: String(2 * PLACES), PLACES_HELD: String(PLACES_HELD) }
const MANY = 40
const { gatewayTo, upstream, stop } = useGateway()

const times = <T>(count: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)))
const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status)

function order(context: ContractContext, prefer?: string): RequestInit {
  const headers = {
    authorization: `Bearer ${newCustomer(context).token}`,
    'idempotency-key': newKey(),
    'content-type': 'application/json',
    ...(prefer && { prefer }),
  }
  return { method: 'POST', headers, body: '{}' }
}

/** Sends orders that wait, on connections of their own. */
function waiting(context: ContractContext, count: number): Socket[] {
  const { hostname, port } = new URL(context.urlFor('/orders'))
  return Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    socket.resume()
    const { headers, body } = order(context, 'wait=30')
    const lines = Object.entries({ host: hostname, 'content-length': '2', ...headers })
    socket.write(`POST /orders HTTP/1.1\r\n${lines.map((it) => it.join(': ')).join('\r\n')}\r\n\r\n${body}`)
    return socket
  })
}

/** One figure of the gateway's. */
async function metric(context: ContractContext, name: string, labels: string[]): Promise<number> {
  const { text } = await ask(context, '/metrics')
  const line = text
    .split('\n')
    .find((it) => it.startsWith(`${name}{`) && labels.every((label) => it.includes(label)))
  return Number(line?.split(' ').at(-1))
}

describe('a service that hangs', () => {
  it('takes the places of its own calls, and the next is refused at once; no other service notices', async () => {
    const [orders, inventory] = [await upstream(), await upstream()]
    orders.hangs = true
    const context = await gatewayTo({ orders: orders.url, inventory: inventory.url }, env)
    const placed: Promise<Awaited<ReturnType<typeof ask>>>[] = []
    for (let i = 0; i < MANY; i++) {
      placed.push(ask(context, '/orders', order(context)))
      expect((await ask(context)).status).toBe(200)
    }
    const isRefused = ({ status }: { status: number }) => status === 503
    const answers = await Promise.all(placed)
    const refusals = answers.filter(isRefused)
    // Once the circuit is open, that is the reason.
    expect(refusals).toHaveLength(MANY - PLACES)
    expect(refusals[0]!.headers.get('retry-after')).toBe('1')
    expect(statusesOf(answers).filter((status) => status === 504)).toHaveLength(PLACES)
    expect(orders.requests).toHaveLength(PLACES)
    expect(inventory.requests).toHaveLength(MANY)
    const refused = (reason: string) =>
      metric(context, 'upstream_refused_total', ['upstream="orders"', `reason="${reason}"`])
    expect((await refused('places')) + (await refused('circuit'))).toBe(MANY - PLACES)
    expect(await refused('places')).toBeGreaterThan(0)
  }, 30_000)

  it('is not called while it hangs, by nobody, and is back by itself', async () => {
    const orders = await upstream()
    orders.hangs = true
    const context = await gatewayTo({ orders: orders.url })
    const isOpen = () => metric(context, 'upstream_circuit_open', ['upstream="orders"'])
    const held = waiting(context, 3)
    await eventually(async () => assert.equal(await isOpen(), 1))
    const before = orders.requests.length
    const health = JSON.parse((await ask(context, '/health')).text)
    expect(health.checks.orders).toEqual({ status: 'missing', reason: expect.stringContaining('circuit') })
    // Longer than its circuit takes to look again: none of them is the one who tries.
    for (let i = 0; i < 10; i++) {
      const answers = await times(PLACES, () =>
        ask(context, '/orders', order(context, i % 2 ? 'wait=30' : undefined)),
      )
      expect(statusesOf(answers)).toEqual(Array(PLACES).fill(503))
      await delay(100)
    }
    expect(orders.requests.length).toBe(before)
    orders.hangs = false
    await eventually(async () => assert.equal(await isOpen(), 0))
    expect(statusesOf(await times(PLACES, () => ask(context, '/orders', order(context))))).toEqual(
      Array(PLACES).fill(200),
    )
    for (const socket of held) socket.destroy()
  }, 30_000)

  it('as one of two, leaves the circuit closed for the other', async () => {
    const [one, other] = [await upstream(), await upstream()]
    const context = await gatewayTo({ inventory: `${one.url},${other.url}` }, { RATE_LIMIT: '10000' })
    one.hangs = true
    const answers = Array.from({ length: 30 }, () => ask(context))
    // Its readiness keeps further calls from it.
    await eventually(async () => {
      const { length } = one.requests
      answers.push(...Array.from({ length: 4 }, () => ask(context)))
      await delay(100)
      assert.equal(one.requests.length, length)
    })
    // Those that it holds fail all at once, and are more than it takes to open a circuit.
    const late = statusesOf(await Promise.all(answers))
    expect(new Set(late)).toEqual(new Set([200, 504]))
    expect(late.filter((status) => status === 504).length).toBeGreaterThanOrEqual(10)
    expect(statusesOf(await times(PLACES, () => ask(context)))).toEqual(Array(PLACES).fill(200))
  }, 40_000)
})

describe('callers that wait for their order', () => {
  /** Orders that answers only who does not wait. */
  const patient = () =>
    upstream(({ headers }, response) => {
      if (!headers.prefer) response.writeHead(202, { 'content-type': 'application/json' }).end('{}')
    })

  it('have places of their own, and give them back at every hop when they hang up', async () => {
    const orders = await patient()
    const context = await gatewayTo({ orders: orders.url }, env)
    const sockets = waiting(context, PLACES_HELD)
    await eventually(async () => assert.equal(orders.requests.length, PLACES_HELD))
    const refused = await ask(context, '/orders', order(context, 'wait=30'))
    expect(refused.status).toBe(503)
    expect(statusesOf(await times(PLACES, () => ask(context, '/orders', order(context))))).toEqual(
      Array(PLACES).fill(202),
    )
    for (const socket of sockets) socket.destroy()
    const taken = () => metric(context, 'upstream_places_taken', ['upstream="orders"', 'kind="held"'])
    await eventually(async () => assert.equal(await taken(), 0))
    await eventually(async () => assert.equal(orders.open(), 0))
    expect(await metric(context, 'upstream_circuit_open', ['upstream="orders"'])).toBe(0)
  })

  it('four hundred of them, that hang up, make room for twenty others at once', async () => {
    const orders = await patient()
    const context = await gatewayTo({ orders: orders.url })
    const sockets: Socket[] = []
    // Not all at once: the door lets in so many at once, and no more.
    while (sockets.length < 400) {
      sockets.push(...waiting(context, 50))
      await eventually(async () => assert.equal(orders.requests.length, sockets.length))
    }
    for (const socket of sockets) socket.destroy()
    await eventually(async () => assert.equal(orders.open(), 0))
    const next = waiting(context, 20)
    await eventually(async () => assert.equal(orders.requests.length, 420))
    for (const socket of next) socket.destroy()
  }, 40_000)

  it.each([10, 300])(
    '%i of them get 202 from a gateway that is told to stop',
    async (count) => {
      const orders = await patient()
      const context = await gatewayTo({ orders: orders.url })
      const answers = times(count, () => ask(context, '/orders', order(context, 'wait=30')))
      await eventually(async () => assert.equal(orders.requests.length, count), 20_000)
      await stop()
      expect(new Set(statusesOf(await answers))).toEqual(new Set([202]))
      // Each was asked for once more, under the same key.
      const keys = orders.requests.map(({ headers }) => headers['idempotency-key'])
      expect([keys.length, new Set(keys).size]).toEqual([2 * count, count])
    },
    30_000,
  )
})

describe('calls that are made again', () => {
  it('are a share of all calls, however many fail', async () => {
    let asked = 0
    // One by one, and never ten in a row, so that no circuit opens.
    const flaky = await upstream((request, response) => {
      if (asked++ % 4 !== 3) request.socket.destroy()
      else response.end('{}')
    })
    const context = await gatewayTo({ inventory: flaky.url }, env)
    const calls = 150
    for (let i = 0; i < calls; i++) await ask(context)
    const reserve = PLACES + PLACES_HELD
    expect(flaky.requests.length).toBeLessThanOrEqual(calls * 1.2 + reserve)
    expect(flaky.requests.length).toBeGreaterThan(calls * 1.1)
  }, 30_000)
})
