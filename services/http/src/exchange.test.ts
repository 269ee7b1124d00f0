import { getEventListeners, once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { exchange } from './exchange.ts'

let server: Server
let pool: Pool
afterEach(async () => {
  await pool.destroy()
  server.close()
})

async function serve(listener: RequestListener) {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const request = { method: 'GET', path: '/' } as const

describe('an exchange', () => {
  it('ends with the whole answer, though it came in pieces', async () => {
    await serve((_, response) => {
      response.writeHead(418, { 'x-kind': 'tea' })
      response.write('short and ')
      setImmediate(() => response.end('stout'))
    })
    const { status, headers, body } = await exchange(pool, request)
    expect({ status, kind: headers['x-kind'], body: body.toString() }).toEqual({
      status: 418,
      kind: 'tea',
      body: 'short and stout',
    })
  })

  it('takes no hint for the answer, and needs no body', async () => {
    await serve((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' })
      response.writeHead(204).end()
    })
    expect(await exchange(pool, request)).toMatchObject({ status: 204, body: Buffer.alloc(0) })
  })

  it('fails when the connection breaks in the middle of the answer', async () => {
    await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    })
    await expect(exchange(pool, request)).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
  })

  it('that is given up hangs up, and fails with the reason', async () => {
    const leaving = new AbortController()
    const hungUp = Promise.withResolvers<void>()
    await serve((_, response) => {
      response.once('close', hungUp.resolve)
      leaving.abort(new Error('enough'))
    })
    await expect(exchange(pool, { ...request, signal: leaving.signal })).rejects.toThrow('enough')
    await hungUp.promise
  })

  it('that was given up before it began is not sent', async () => {
    let asked = 0
    await serve((_, response) => {
      asked++
      response.end()
    })
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(exchange(pool, { ...request, signal })).rejects.toThrow('too late')
    await exchange(pool, request)
    expect(asked).toBe(1)
  })

  it('leaves nothing on a signal that outlives it', async () => {
    const { signal } = new AbortController()
    await serve((_, response) => void response.end())
    await exchange(pool, { ...request, signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
