import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { type History, openHistory } from '../history/history.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { drive } from './drive.ts'
import type { Operation } from './schedule.ts'

type Answer = { status: number; body?: object; retryAfter?: string } | 'none'
/** A shop of answers that are given one after another, the last one again and again. */
type Shop = { server: Server; url: string; asked: IncomingMessage[]; isReady: boolean; answers: Answer[] }

const shops: Shop[] = []
let dir: string
let history: History
let balancer: Balancer | undefined

async function openShop(...answers: Answer[]): Promise<Shop> {
  const server = createServer((request, response) => {
    if (request.url === '/health/ready') return response.writeHead(shop.isReady ? 200 : 503).end()
    shop.asked.push(request)
    const answer = shop.answers.length > 1 ? shop.answers.shift()! : shop.answers[0]!
    if (answer === 'none') return request.socket.destroy()
    const headers = {
      'content-type': 'application/json',
      ...(answer.retryAfter && { 'retry-after': answer.retryAfter }),
    }
    return response.writeHead(answer.status, headers).end(JSON.stringify(answer.body ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const shop: Shop = { server, url: `http://127.0.0.1:${port}`, asked: [], isReady: true, answers }
  shops.push(shop)
  return shop
}

async function closeShop({ server }: Shop) {
  server.closeAllConnections()
  if (!server.listening) return
  server.close()
  await once(server, 'close')
}

const run = (schedule: Operation[], urls: string[], deadlineMs = 5_000) => {
  balancer = startBalancer(urls)
  history.begin()
  const caller = { balancer, history, tokenOf: (subject: string) => subject }
  return drive(schedule, caller, { rate: 0, durationMs: 0, deadlineMs }, 1)
}
const kinds = (op: number) => history.entries[op]!.attempts.map(({ outcome }) => outcome!.kind)
const order = (op: number, more: Partial<Operation> = {}): Operation => ({
  op,
  atMs: 0,
  endpoint: 'placeOrder',
  subject: 'ada',
  key: `k${op}`,
  lines: [{ sku: 'MUG', quantity: 1 }],
  ...more,
})
const CREATED: Answer = { status: 201, body: { id: 'o1', status: 'confirmed' } }

beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/drive-`)
  history = openHistory(`${dir}/history.jsonl`, { about: 'a test' })
})
afterEach(async () => {
  await balancer?.close()
  await Promise.all(shops.splice(0).map(closeShop))
  await history.close().catch(() => {})
  await rm(dir, { recursive: true })
})

describe('an operation', () => {
  it('is tried again under its key until it has a definite answer', async () => {
    const shop = await openShop('none', { status: 503 }, { status: 429 }, { status: 504 }, CREATED)
    await run([order(0)], [shop.url])
    expect(shop.asked.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(5).fill('k0'))
    expect(kinds(0)).toEqual(['unknown', 'answered', 'answered', 'answered', 'answered'])
    expect(history.entries[0]!.attempts.at(-1)!.outcome).toMatchObject({
      status: 201,
      orders: [{ id: 'o1', status: 'confirmed' }],
    })
  })

  it('is not tried again once it was refused', async () => {
    const shop = await openShop({ status: 422, body: { type: 'urn:x:unknown-product' } }, CREATED)
    await run([order(0)], [shop.url])
    expect(shop.asked).toHaveLength(1)
  })

  it('waits as long as Retry-After asks', async () => {
    const shop = await openShop({ status: 503, retryAfter: '1' }, CREATED)
    await run([order(0)], [shop.url])
    const [first, second] = history.entries[0]!.attempts
    expect(second!.sentAt - first!.endedAt!).toBeGreaterThanOrEqual(995)
  })

  it('is given up at its deadline', async () => {
    const shop = await openShop({ status: 503 })
    await run([order(0)], [shop.url], 400)
    expect(shop.asked.length).toBeGreaterThan(1)
    expect(history.entries[0]!.attempts.at(-1)!.outcome).toMatchObject({ status: 503 })
  })

  it('does not arrive once there was enough', async () => {
    const shop = await openShop(CREATED)
    balancer = startBalancer([shop.url])
    const enough = new AbortController()
    const caller = { balancer, history, tokenOf: (subject: string) => subject }
    const schedule = [order(0), order(1, { atMs: 60_000 })]
    const driving = drive(schedule, caller, { rate: 0, durationMs: 0, deadlineMs: 1 }, 1, enough.signal)
    await eventually(async () => assert.equal(shop.asked.length, 1))
    enough.abort()
    await driving
    expect(history.entries).toHaveLength(1)
  })

  it('on an order waits for the order, and is passed over when there is none', async () => {
    const shop = await openShop(
      CREATED,
      { status: 422 },
      { status: 200, body: { id: 'o1', status: 'cancelled' } },
    )
    const cancel = (op: number, of: number): Operation => ({
      ...order(op),
      endpoint: 'cancelOrder',
      key: undefined,
      of,
    })
    await run([order(0), order(1, { atMs: 50 }), cancel(2, 1), cancel(3, 0)], [shop.url])
    expect(history.entries.map(({ skipped = false }) => skipped).filter(Boolean)).toHaveLength(1)
    expect(shop.asked.map(({ url }) => url).filter((url) => url !== '/orders')).toEqual(['/orders/o1/cancel'])
  })

  it('is noted as it happens', async () => {
    const shop = await openShop('none', CREATED)
    await run([order(0)], [shop.url])
    await history.close()
    const lines = (await readFile(`${dir}/history.jsonl`, 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { about: 'a test' },
      { op: 0, sent: 1, key: 'k0', endpoint: 'placeOrder', lines: [{ sku: 'MUG', quantity: 1 }] },
      { op: 0, unknown: 1 },
      { op: 0, sent: 2, key: 'k0' },
      { op: 0, answered: 2, status: 201, orders: [{ id: 'o1', status: 'confirmed' }] },
    ])
  })
})

describe('with several addresses', () => {
  const firstOf = () => new Set(Array.from({ length: 6 }, () => balancer!.order()[0]))

  it('requests go to ready ones, in turn', async () => {
    const [one, other, third] = [await openShop(CREATED), await openShop(CREATED), await openShop(CREATED)]
    third.isReady = false
    balancer = startBalancer([one, other, third].map(({ url }) => url))
    await eventually(async () => assert.deepEqual(firstOf(), new Set([one.url, other.url])))
    one.isReady = false
    await eventually(async () => assert.deepEqual(firstOf(), new Set([other.url])))
    expect(balancer.order()).toHaveLength(3)
  })

  it('a strict balancer sends nothing to an address that is not ready, though it be the only one', async () => {
    const shop = await openShop(CREATED)
    balancer = startBalancer([shop.url], true)
    await eventually(async () => assert.deepEqual(balancer!.order(), [shop.url]))
    shop.isReady = false
    await eventually(async () => assert.deepEqual(balancer!.order(), []))
    const caller = { balancer, history, tokenOf: (subject: string) => subject }
    await drive([order(0)], caller, { rate: 0, durationMs: 0, deadlineMs: 1 }, 1)
    expect(kinds(0)).toEqual(['failed'])
    expect(shop.asked).toEqual([])
  })

  it('a refused connection is tried elsewhere, within the same attempt', async () => {
    const [gone, there] = [await openShop(CREATED), await openShop(CREATED)]
    await closeShop(gone)
    await run([order(0), order(1), order(2)], [gone.url, there.url])
    expect([kinds(0), kinds(1), kinds(2)]).toEqual([['answered'], ['answered'], ['answered']])
    expect(there.asked).toHaveLength(3)
  })

  it('an attempt that all refuse has failed', async () => {
    const gone = await openShop(CREATED)
    await closeShop(gone)
    await run([order(0)], [gone.url], 1)
    expect(kinds(0)).toEqual(['failed'])
  })
})
