import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { eventually } from '../testing/eventually.ts'
import { health } from './health.ts'
import { shedLoad } from './load.ts'
import { createServer, type Server } from './server.ts'

/** Longer than the window over which the delay of the event loop is measured. */
const STALL_MS = 1_200

/** Keeps this process, and the server in it, from doing anything else. */
function stall(): void {
  const until = performance.now() + STALL_MS
  while (performance.now() < until);
}

describe('a process whose event loop is late', () => {
  let app: Server
  let url = ''
  const statusOf = async (path: string) => (await fetch(url + path)).status

  beforeAll(async () => {
    app = createServer('busy', { LOG_LEVEL: 'silent' })
    health(app, { ready: {} })
    shedLoad(app, { PLACES: 200 })
    app.get('/', async () => 'done')
    await app.ready()
    stall()
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => app.close())

  it('refuses nothing for what its start took', async () => {
    expect(await statusOf('/')).toBe(200)
  })

  it('refuses requests at once, not health checks, until it keeps up again', async () => {
    await eventually(async () => {
      stall()
      const refused = await fetch(url)
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
    }, 20_000)
    expect(await statusOf('/health/live')).toBe(200)
    await eventually(async () => assert.equal(await statusOf('/'), 200))
  })
})

describe('the places of a process', () => {
  let app: Server
  let url = ''
  const letGo: (() => void)[] = []
  const sockets: Socket[] = []
  let guarding: Promise<void> | undefined

  beforeAll(async () => {
    app = createServer('places', { LOG_LEVEL: 'silent' })
    health(app, { ready: {} })
    app.decorateRequest('caller', null as never)
    shedLoad(app, { PLACES: 4, PLACES_HELD: 2, CALLER_SHARE: 0.5 }, ({ url: path }) => path === '/held')
    const onRequest = async (request: FastifyRequest, _reply: FastifyReply) => {
      // As a guard does, which has to look at the token first.
      await guarding
      request.caller = { sub: String(request.headers.authorization), role: 'customer' }
    }
    const handler = async () => {
      await new Promise<void>((resolve) => letGo.push(resolve))
      return { done: true }
    }
    app.get('/work', { onRequest }, handler)
    app.post('/work', { onRequest }, handler)
    app.post('/held', { onRequest }, handler)
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const go of letGo.splice(0)) go()
    await eventually(async () => assert.deepEqual(await taken(), { arriving: 0, work: 0, held: 0 }))
  })
  afterAll(() => app.close())

  async function taken(): Promise<Record<string, number>> {
    const text = await (await fetch(`${url}/metrics`)).text()
    const found = text.matchAll(/^http_places_taken\{.*kind="(\w+)".*\} (\d+)$/gm)
    return Object.fromEntries([...found].map(([, kind, count]) => [kind, Number(count)]))
  }
  const becomes = (expected: object) =>
    eventually(async () => assert.deepEqual(await taken(), { arriving: 0, work: 0, held: 0, ...expected }))

  /** @param body its first bytes, of ten */
  function begin(method: string, path: string, sub: string, body?: string): Socket {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    sockets.push(socket.on('error', () => undefined))
    const fields = body === undefined ? '' : 'Content-Type: application/json\r\nContent-Length: 10\r\n'
    socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: shop\r\nAuthorization: ${sub}\r\n${fields}\r\n${body ?? ''}`,
    )
    return socket
  }
  const ask = async (sub: string, path = '/work', method = 'GET') => {
    const answer = await fetch(url + path, { method, headers: { authorization: sub } })
    return [answer.status, answer.headers.get('retry-after')]
  }

  it('are for so many at work, and half of them for one caller', async () => {
    begin('GET', '/work', 'ada')
    begin('GET', '/work', 'ada')
    await becomes({ work: 2 })
    expect(await ask('ada')).toEqual([429, '1'])
    begin('GET', '/work', 'bob')
    begin('GET', '/work', 'cleo')
    await becomes({ work: 4 })
    expect(await ask('dan')).toEqual([503, '1'])
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
  })

  it('at work are taken when the body has come, and are counted to the same caller', async () => {
    const [first, second] = [begin('POST', '/work', 'ada', '"234'), begin('POST', '/work', 'ada', '"234')]
    await becomes({ arriving: 2 })
    begin('POST', '/work', 'ada', '"234567890')
    first!.write('56789"')
    second!.write('56789"')
    await becomes({ work: 2 })
    expect(await ask('ada')).toEqual([429, '1'])
  })

  it('are not to be had by bodies that end all at once', async () => {
    const begun = ['ada', 'ada', 'bob', 'bob'].map((sub) => begin('POST', '/work', sub, '"234'))
    await becomes({ arriving: 4 })
    for (const sub of ['cleo', 'dan']) begin('GET', '/work', sub)
    await becomes({ arriving: 4, work: 2 })
    for (const socket of begun) socket.write('56789"')
    await becomes({ work: 4 })
  })

  it('of those who are held are others, however the path is written', async () => {
    begin('POST', '/held', 'ada')
    begin('POST', '/%68eld', 'bob')
    await becomes({ held: 2 })
    expect(await ask('cleo', '/h%65ld', 'POST')).toEqual([503, '1'])
    begin('GET', '/work', 'ada')
    await becomes({ held: 2, work: 1 })
  })

  it('are given back by who hangs up before it is known who it was, and are on nobody’s account', async () => {
    let goOn = () => {}
    guarding = new Promise((resolve) => {
      goOn = resolve
    })
    const begun = [begin('GET', '/work', 'ada'), begin('GET', '/work', 'ada')]
    await becomes({ work: 2 })
    for (const socket of begun) socket.destroy()
    await becomes({})
    goOn()
    guarding = undefined
    await new Promise(setImmediate)
    begin('GET', '/work', 'ada')
    begin('GET', '/work', 'ada')
    await becomes({ work: 2 })
  })

  it('are given back by who hangs up, at any moment', async () => {
    for (let i = 0; i < 200; i++) {
      const socket = begin(i % 2 === 0 ? 'GET' : 'POST', '/work', 'ada', i % 2 === 0 ? undefined : '"2')
      if (i % 3 === 0) socket.destroySoon()
      else setTimeout(() => socket.destroy(), i % 7)
    }
    await becomes({})
    begin('GET', '/work', 'ada')
    begin('GET', '/work', 'ada')
    await becomes({ work: 2 })
  })
})
