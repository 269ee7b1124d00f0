import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { within } from './deadline.ts'
import { createUpstream, type Upstream, type UpstreamCall } from './upstream.ts'

let servers: Server[] = []
let orders: Upstream
afterEach(async () => {
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.close(resolve).closeAllConnections())),
  )
  servers = []
  await orders.close()
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

const log = { warn: () => undefined }
const door = { PLACES: 20, PLACES_HELD: 4 }
const call = (more: Partial<UpstreamCall> = {}): UpstreamCall => ({
  method: 'GET',
  path: '/',
  repeatable: true,
  held: false,
  deadline: within(5_000),
  ...more,
})

describe('an upstream', () => {
  it('whose name is not there yet is waited for, within the deadline, and nothing is held against it', async () => {
    const port = await serve((_request, response) => response.end('here'))
    let isThere = false
    let asked = 0
    const lookup = async () => {
      asked++
      if (!isThere) throw new Error('no such host')
      return [{ address: '127.0.0.1', family: 4 }]
    }
    orders = createUpstream({ name: 'orders', urls: `http://orders:${port}`, door, log, lookup })
    await expect(orders.call(call({ deadline: within(100) }))).rejects.toMatchObject({
      problem: 'unavailable',
    })
    const calls = Array.from({ length: 10 }, () => orders.call(call()))
    await eventually(async () => assert.ok(asked > 1))
    isThere = true
    const bodies = (await Promise.all(calls)).map(({ body }) => body.toString())
    expect(bodies).toEqual(Array(10).fill('here'))
    expect(orders.state()).toMatchObject({ isOpen: false, taken: { work: 0, held: 0 } })
    await expect(orders.check()).resolves.toBeUndefined()
  })

  it('that goes on for ever with its answer is hung up on', async () => {
    const hungUp = Promise.withResolvers<void>()
    const port = await serve((_request, response) => {
      const drip = setInterval(() => response.write('x'.repeat(1_000_000)), 1)
      response.once('close', () => {
        clearInterval(drip)
        hungUp.resolve()
      })
    })
    orders = createUpstream({ name: 'orders', urls: `http://127.0.0.1:${port}`, door, log })
    await expect(orders.call(call())).rejects.toMatchObject({ problem: 'unavailable' })
    await hungUp.promise
  })

  it('that drips its answer is given up when the time is over', async () => {
    const hungUp = Promise.withResolvers<void>()
    const port = await serve((_request, response) => {
      const drip = setInterval(() => response.write('x'), 50)
      response.once('close', () => {
        clearInterval(drip)
        hungUp.resolve()
      })
    })
    orders = createUpstream({ name: 'orders', urls: `http://127.0.0.1:${port}`, door, log })
    await expect(orders.call(call({ deadline: within(500) }))).rejects.toMatchObject({ problem: 'timeout' })
    await hungUp.promise
  })

  it('whose caller goes is not called again, and not blamed', async () => {
    let asked = 0
    const port = await serve(() => asked++)
    orders = createUpstream({ name: 'orders', urls: `http://127.0.0.1:${port}`, door, log })
    for (let i = 0; i < 5; i++) {
      const callers = Array.from({ length: 4 }, () => new AbortController())
      const calls = callers.map(({ signal }) => orders.call(call({ signal, held: true })))
      await eventually(async () => assert.equal(asked, 4 * (i + 1)))
      expect(orders.state().taken).toEqual({ work: 0, held: 4 })
      await expect(orders.call(call({ held: true }))).rejects.toMatchObject({ problem: 'unavailable' })
      for (const caller of callers) caller.abort(new Error('gone'))
      for (const answer of await Promise.allSettled(calls))
        expect(answer).toMatchObject({ status: 'rejected', reason: { problem: 'unavailable' } })
    }
    expect(orders.state()).toEqual({
      isOpen: false,
      taken: { work: 0, held: 0 },
      refused: { circuit: 0, places: 5 },
    })
  })
})
