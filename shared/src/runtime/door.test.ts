import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { createServer, type Server } from './server.ts'

const HOST = 'Host: shop\r\n'
const JSON_OF = (body: string) => `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
/** A good call, and an effect that is seen. */
const order = (body: string) => `POST /orders HTTP/1.1\r\n${HOST}${JSON_OF(body)}\r\n${body}`

describe('the door', () => {
  let app: Server
  let made: string[]
  let open: Socket[]
  let letGo: () => void

  beforeAll(async () => {
    app = createServer('doors', { LOG_LEVEL: 'silent' })
    app.post('/orders', async ({ body }) => {
      made.push(JSON.stringify(body))
      return { made: body }
    })
    app.get('/products', async () => ({ items: [] }))
    app.get('/slow', async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve
      })
      return { slow: true }
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => app.close())
  beforeEach(() => {
    made = []
    open = []
  })
  afterEach(() => {
    for (const socket of open) socket.destroy()
  })

  function dial(): Socket {
    const socket = connect({ port: (app.server.address() as AddressInfo).port, allowHalfOpen: true })
    open.push(socket.on('error', () => undefined))
    return socket
  }

  /** Writes all of it, and resolves to what is said until the other side closes. */
  async function say(...parts: string[]): Promise<string> {
    const socket = dial()
    for (const part of parts) {
      socket.write(part, 'latin1')
      await delay(20)
    }
    return text(socket)
  }

  const statuses = (reply: string) => [...reply.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, it]) => Number(it))

  function expectRefused(reply: string): void {
    expect(statuses(reply)).toEqual([400])
    expect(reply).toMatch(/^connection: close\r$/im)
    expect(reply).toMatch(/^content-type: application\/problem\+json\r$/im)
    expect(reply).toMatch(/^x-content-type-options: nosniff\r$/im)
    expect(reply).toContain('urn:one-shop-twice:problem:invalid-request')
    expect(made).toEqual([])
  }

  it.each([
    ['no version', `GET /products\r\n${HOST}\r\n`],
    ['no version, line feeds', `GET /products\n${HOST}\r\n`],
    ['no version and no header', 'GET /products\r\n\r\n'],
    ['no version, and a body', `POST /orders\n${HOST}${JSON_OF('{}')}\r\n{}`],
    ['HTTP/0.9', `GET /products HTTP/0.9\r\n${HOST}\r\n`],
    ['HTTP/2.0', `GET /products HTTP/2.0\r\n${HOST}\r\n`],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/1.2', `GET /products HTTP/1.2\r\n${HOST}\r\n`],
    ['HTTP/1.10', `GET /products HTTP/1.10\r\n${HOST}\r\n`],
    ['a small http', `GET /products http/1.1\r\n${HOST}\r\n`],
    ['no host in HTTP/1.1', 'GET /products HTTP/1.1\r\n\r\n'],
    ['two hosts', `GET /products HTTP/1.1\r\n${HOST}${HOST}\r\n`],
    [
      'two hosts, apart and in other letters',
      `GET /products HTTP/1.1\r\n${HOST}Accept: */*\r\nhOST: shop\r\n\r\n`,
    ],
    ['two hosts in HTTP/1.0', `GET /products HTTP/1.0\r\n${HOST}${HOST}\r\n`],
    ['an empty host', 'GET /products HTTP/1.1\r\nHost:\r\n\r\n'],
    ['an empty host in HTTP/1.0', 'GET /products HTTP/1.0\r\nHost: \r\n\r\n'],
    ['a host with a blank', 'GET /products HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['a host with a blank in HTTP/1.0', 'GET /products HTTP/1.0\r\nHost: a b\r\n\r\n'],
    ['a host with a path', 'GET /products HTTP/1.1\r\nHost: a/../b\r\n\r\n'],
    ['a host with a user', 'GET /products HTTP/1.1\r\nHost: ada@shop\r\n\r\n'],
    ['a list of hosts', 'GET /products HTTP/1.1\r\nHost: a, b\r\n\r\n'],
    ['a whole URL and a bad host', 'GET http://shop/products HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['a whole URL with a bad host', `GET http://a@b/products HTTP/1.1\r\n${HOST}\r\n`],
    ['a fragment', `GET /products#x HTTP/1.1\r\n${HOST}\r\n`],
    ['a backslash', `GET /products\\x HTTP/1.1\r\n${HOST}\r\n`],
    ['dots', `GET /x/../products HTTP/1.1\r\n${HOST}\r\n`],
    ['escaped dots', `GET /x/%2e%2E/products HTTP/1.1\r\n${HOST}\r\n`],
    ['a star', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
    ['a broken escape', `GET /products%2 HTTP/1.1\r\n${HOST}\r\n`],
    ['CONNECT', 'CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\n\r\n'],
  ])('refuses %s, and closes', async (_, bytes) => {
    expectRefused(await say(bytes))
  })

  it.each([
    ['in one write', [`GET /products\n${HOST}Connection: keep-alive\r\n\r\n${order('{}')}`]],
    ['in two', [`GET /products\n${HOST}Connection: keep-alive\r\n\r\n`, order('{}')]],
    ['behind two hosts', [`GET /products HTTP/1.1\r\n${HOST}${HOST}\r\n${order('{}')}`]],
    ['behind a bad target', [`GET * HTTP/1.1\r\n${HOST}\r\n${order('{}')}`]],
    [
      'behind a version-less order',
      [`POST /orders\n${HOST}Connection: keep-alive\r\n${JSON_OF('{}')}\r\n{}${order('{}')}`],
    ],
  ])('makes nothing of what comes behind a request that it refused: %s', async (_, parts) => {
    expectRefused(await say(...parts))
  })

  it.each([
    ['HTTP/1.1', `GET /products HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`],
    ['HTTP/1.0 without a host', 'GET /products HTTP/1.0\r\n\r\n'],
    ['HTTP/1.0 with one', `GET /products HTTP/1.0\r\n${HOST}\r\n`],
    ['a whole URL', `GET http://elsewhere/products HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`],
    ['escapes', `GET /%70roducts HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`],
    [
      'an Expect that means nothing',
      `GET /products HTTP/1.1\r\n${HOST}Expect: tea\r\nConnection: close\r\n\r\n`,
    ],
    ['an Upgrade', `GET /products HTTP/1.1\r\n${HOST}Upgrade: h2c\r\nConnection: close, Upgrade\r\n\r\n`],
  ])('lets in %s', async (_, bytes) => {
    expect(statuses(await say(bytes))).toEqual([200])
  })

  it.each([
    ['a stray byte', 'X'],
    ['a stray request line', 'NONSENSE\r\n\r\n'],
    ['a request without a version', `GET /products\n${HOST}\r\n`],
  ])('answers a good call, and then refuses what comes after it: %s', async (_, rest) => {
    const reply = await say(order('{"n":1}') + rest)
    expect(statuses(reply)).toEqual([200, 400])
    expect(reply.indexOf('{"made":{"n":1}}')).toBeLessThan(reply.indexOf('invalid-request'))
    expect(made).toEqual(['{"n":1}'])
  })

  it('answers in turn, however long the first takes', async () => {
    const socket = dial()
    socket.write(`GET /slow HTTP/1.1\r\n${HOST}\r\n${order('{"n":2}')}XX`)
    await once(app.server, 'clientError')
    socket.write('XXX')
    const reply = text(socket)
    letGo()
    expect(statuses(await reply)).toEqual([200, 200, 400])
  })

  it('answers what came whole before it refuses a body that is broken', async () => {
    const socket = dial()
    const broken = `POST /orders HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`
    socket.write(`GET /slow HTTP/1.1\r\n${HOST}\r\n${broken}`)
    await once(app.server, 'clientError')
    const reply = text(socket)
    letGo()
    expect(statuses(await reply)).toEqual([200, 400])
    expect(made).toEqual([])
  })

  it('closes what it has refused also where the other side does not', async () => {
    const socket = dial()
    socket.write('NONSENSE\r\n\r\n')
    const connected = () =>
      new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count)))
    await text(socket)
    while ((await connected()) > 0) await delay(50)
    expect(await connected()).toBe(0)
  })
})
