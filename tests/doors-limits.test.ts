import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { newProduct } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { forgeToken, goodClaims } from '@shop/shared/testing/tokens.ts'
import type { Stack } from '../loadtests/lab/stacks/start.ts'
import { blockProduct } from './support/block.ts'
import { ask } from './support/gateway.ts'
import { startTestStack, testSecret, useStack } from './support/stack.ts'

// How much of the shop one caller can have, and what becomes of all others.

const RATE_LIMIT = 5
const BURST = 40
const stacks = ['monolith', 'services'] as const
const typeOf = (text: string) => (JSON.parse(text) as { type: string }).type
const PROBLEM = 'urn:one-shop-twice:problem:'

describe.each(stacks)('the rate limit of the %s', (name) => {
  const stack = useStack(name, { env: () => ({ RATE_LIMIT: String(RATE_LIMIT) }) })
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const burst = (path: string, init: (i: number) => RequestInit = () => ({})) =>
    Promise.all(Array.from({ length: BURST }, (_, i) => ask(context(), path, init(i))))
  const refused = (answers: { status: number }[]) => answers.filter(({ status }) => status === 429)

  it('answers 429 with Retry-After to who asks too often, and says no more about it', async () => {
    const { token } = newCustomer(context())
    const [first] = refused(await burst('/orders', () => bearer(token))) as Awaited<ReturnType<typeof ask>>[]
    expect(first!.headers.get('content-type')).toBe('application/problem+json')
    expect(typeOf(first!.text)).toBe(`${PROBLEM}too-many-requests`)
    expect(first!.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    for (const header of ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'])
      expect(first!.headers.get(header)).toBeNull()
  })

  it('counts a caller by who it is: a fresh token for each call does not help', async () => {
    const { sub } = newCustomer(context())
    const now = Math.floor(Date.now() / 1000)
    const tokens = Array.from({ length: BURST }, (_, i) =>
      forgeToken(testSecret, { ...goodClaims(sub, 'customer'), exp: now + 1_000 + i }),
    )
    expect(refused(await burst('/orders', (i) => bearer(tokens[i]!)))).not.toEqual([])
  })

  it('is nobody’s by another’s calls, nor by tokens that are not valid in another’s name', async () => {
    const [greedy, modest] = [newCustomer(context()), newCustomer(context())]
    const forged = forgeToken('x'.repeat(32), goodClaims(modest.sub, 'customer'))
    await Promise.all([burst('/orders', () => bearer(greedy.token)), burst('/orders', () => bearer(forged))])
    expect((await ask(context(), '/orders', bearer(modest.token))).status).toBe(200)
  })

  it('counts readers of the catalogue by address, whatever they say where they come from', async () => {
    const spoofed = (i: number) => ({
      headers: { 'x-forwarded-for': `10.0.0.${i}`, 'x-real-ip': `10.0.0.${i}` },
    })
    expect(refused(await burst('/products', spoofed))).not.toEqual([])
  })

  it('does not hold for who watches the process', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect(refused(await burst(path))).toEqual([])
  })

  it('lets who waited a second in again', async () => {
    const { token } = newCustomer(context())
    await burst('/orders', () => bearer(token))
    await eventually(async () => assert.equal((await ask(context(), '/orders', bearer(token))).status, 200))
  })
})

/** Without a token, it is refused before the database is asked: a 503 is one for want of a place. */
const CHEAP = '/orders'
const AT_WORK = 200
const HELD = 400
const AT_ONCE = 50
const inventoryUrl = ({ databases }: Stack) =>
  'monolith' in databases ? databases.monolith : databases.inventory

/** Sends orders on connections of their own, and does not wait for the answers. */
function sendOrders(
  { urlFor, secret }: ContractContext,
  sku: string,
  count: number,
  prefer?: string,
): Socket[] {
  const { hostname, port } = new URL(urlFor('/orders'))
  return Array.from({ length: count }, () => {
    const { token } = newCustomer({ urlFor, secret })
    const body = JSON.stringify({ lines: [{ sku, quantity: 1 }] })
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    socket.resume()
    const lines = [
      'POST /orders HTTP/1.1',
      `Host: ${hostname}`,
      `Authorization: Bearer ${token}`,
      `Idempotency-Key: ${newKey()}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      ...(prefer ? [`Prefer: ${prefer}`] : []),
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
    return socket
  })
}

/** Waits until a stack has no place left; then says how it refuses. */
async function untilFull(context: ContractContext, init: RequestInit = {}, sendMore = () => {}) {
  return eventually(async () => {
    sendMore()
    const answer = await ask(context, CHEAP, { ...init, signal: AbortSignal.timeout(5_000) })
    assert.equal(answer.status, 503, 'there is still a place')
    return answer
  })
}

describe('the places of a monolith', () => {
  let stack: Stack
  let block: Awaited<ReturnType<typeof blockProduct>>
  let sku: string
  const context = () => createContext({ baseUrl: stack.url, secret: testSecret })

  beforeEach(async () => {
    stack = await startTestStack('monolith', { log: () => undefined })
    sku = await newProduct(context(), 10_000)
    block = await blockProduct(inventoryUrl(stack), sku)
  })
  afterEach(async () => {
    await block.lift()
    await stack.stop()
  })

  it('when all are taken, the next is refused at once with 503 and Retry-After, while health is answered', async () => {
    const sockets = sendOrders(context(), sku, AT_WORK)
    const refused = await untilFull(context())
    expect(typeOf(refused.text)).toBe(`${PROBLEM}unavailable`)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect((await ask(context(), '/health/live')).status).toBe(200)
    expect((await ask(context(), '/metrics')).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  it('are given back by clients that hang up', async () => {
    const sockets = sendOrders(context(), sku, AT_WORK)
    await untilFull(context())
    for (const socket of sockets) socket.destroy()
    await eventually(async () => assert.notEqual((await ask(context(), CHEAP)).status, 503))
  })
})

describe('the places of the services', () => {
  let block: Awaited<ReturnType<typeof blockProduct>> | undefined
  // Before the stack's own: it looks for connections that were left behind.
  afterAll(() => block?.lift())
  const stack = useStack('services', { log: () => undefined })
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })

  it('of requests that are held are others than of requests at work, and are given back, too', async () => {
    const sku = await newProduct(context(), 10_000)
    block = await blockProduct(inventoryUrl(stack.current), sku)
    const sockets: Socket[] = []
    // Not all at once: inventory, too, has so many places for questions about prices, and no more.
    const sendMore = () => sockets.push(...sendOrders(context(), sku, AT_ONCE, 'wait=30'))
    const held = { method: 'POST', headers: { prefer: 'wait=30' } }
    const refused = await untilFull(context(), held, sendMore)
    expect(sockets.length).toBeGreaterThanOrEqual(HELD)
    expect(refused.headers.get('retry-after')).toBe('1')
    const isTaken = async (init?: RequestInit) => (await ask(context(), CHEAP, init)).status === 503
    await eventually(async () => assert.ok(!(await isTaken()), 'requests at work are refused, too'))
    expect(await isTaken(held)).toBe(true)
    for (const socket of sockets) socket.destroy()
    await eventually(async () => assert.ok(!(await isTaken(held)), 'no place was given back'))
  })
})
