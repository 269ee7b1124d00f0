import { once } from 'node:events'
import { connect } from 'node:net'
import { refuseFirst } from './refuse.ts'
import { createServer, type Server } from './server.ts'

describe('a request that is refused at the door', () => {
  let app: Server
  let url = ''

  beforeAll(async () => {
    app = createServer('full', { LOG_LEVEL: 'silent' })
    refuseFirst(app, ({ url: path }) => path !== '/metrics')
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => app.close())

  it('gets a problem that says when to come again, and the headers of every answer', async () => {
    const answer = await fetch(`${url}/orders`, { headers: { 'x-request-id': 'mine' } })
    expect(answer.status).toBe(503)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '1',
      'x-request-id': 'mine',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cache-control': 'no-store',
    })
    expect(await answer.json()).toMatchObject({
      type: 'urn:one-shop-twice:problem:unavailable',
      status: 503,
    })
  })

  it('is counted', async () => {
    const count = async () =>
      Number(/^http_requests_refused_total.* (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])
    const before = await count()
    await fetch(url)
    expect(await count()).toBe(before + 1)
  })

  it('can send its whole body, and then another request on the same connection', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('POST /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\n')
    await once(socket, 'data')
    socket.write('bodyGET /b HTTP/1.1\r\nHost: shop\r\n\r\n')
    const [second] = await once(socket, 'data')
    expect(String(second)).toMatch(/^HTTP\/1\.1 503 /)
    socket.destroy()
  })

  it('does not hold the connection by a body that never ends', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n')
    const trickle = setInterval(() => socket.write('x'), 200)
    try {
      socket.on('error', () => undefined).resume()
      await once(socket, 'close')
    } finally {
      clearInterval(trickle)
    }
  }, 20_000)

  it('is asked to leave by a process that stops', async () => {
    app.draining = true
    expect((await fetch(url)).headers.get('connection')).toBe('close')
  })
})
