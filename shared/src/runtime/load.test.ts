import assert from 'node:assert/strict'
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
