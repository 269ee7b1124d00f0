import assert from 'node:assert/strict'
import { eventually } from '../testing/eventually.ts'
import { type Check, health, Missing } from './health.ts'
import { createServer, type Server } from './server.ts'

describe('the health of a process', () => {
  let app: Server
  let database: Check
  let broker: Check
  let looks: number
  const ok = async () => undefined
  const get = async (url: string) => {
    const { statusCode, payload } = await app.inject(url)
    return { status: statusCode, body: JSON.parse(payload) as Record<string, unknown> }
  }
  const becomes = (url: string, expected: unknown) =>
    eventually(async () => assert.deepEqual(await get(url), expected))

  beforeEach(async () => {
    app = createServer('watched', { LOG_LEVEL: 'silent' })
    looks = 0
    database = broker = ok
    const counted = (check: () => Check) => () => {
      looks++
      return check()()
    }
    health(app, {
      ready: { PostgreSQL: counted(() => database) },
      details: { RabbitMQ: counted(() => broker) },
    })
    await app.ready()
  })
  afterEach(() => app.close())

  it('is what it can do by itself: without what it can do without, it is ready, and says so in /health', async () => {
    broker = () => Promise.reject(new Missing('the queue has another limit'))
    expect(await get('/health/ready')).toEqual({ status: 200, body: { status: 'ok' } })
    expect(await get('/health')).toEqual({
      status: 200,
      body: {
        status: 'degraded',
        checks: {
          PostgreSQL: { status: 'ok' },
          RabbitMQ: { status: 'missing', reason: 'the queue has another limit' },
        },
      },
    })
  })

  it('names what is missing, and is well again by itself', async () => {
    database = () => Promise.reject(new Error('down'))
    expect(await get('/health/ready')).toMatchObject({ status: 503, body: { detail: 'Missing: PostgreSQL' } })
    expect((await app.inject('/metrics')).payload).toMatch(/^process_ready\{.*\} 0$/m)
    database = ok
    await becomes('/health/ready', { status: 200, body: { status: 'ok' } })
    expect((await app.inject('/metrics')).payload).toMatch(/^process_ready\{.*\} 1$/m)
  })

  it('is not ready while it drains', async () => {
    app.draining = true
    expect(await get('/health/ready')).toMatchObject({
      status: 503,
      body: { detail: 'Missing: this process, which is shutting down' },
    })
    expect(await get('/health')).toMatchObject({ status: 200, body: { status: 'degraded' } })
  })

  it('is told in time though a check hangs, and again when it no longer does', async () => {
    database = () => new Promise(() => undefined)
    expect(await get('/health')).toMatchObject({
      body: { checks: { PostgreSQL: { status: 'missing', reason: 'it does not answer in time' } } },
    })
    database = ok
    await becomes('/health/ready', { status: 200, body: { status: 'ok' } })
  })

  it('tells a check that fails in one turn, too', async () => {
    database = () => {
      throw new TypeError('x')
    }
    expect(await get('/health/ready')).toMatchObject({ status: 503 })
  })

  it('costs the same however many ask', async () => {
    await Promise.all(Array.from({ length: 500 }, () => get('/health/ready')))
    expect(looks).toBeLessThan(100)
  })

  it.each([
    [
      Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    [Object.assign(new Error('no password for user "shop"'), { code: '28P01' }), '28P01'],
    [new Error("access to vhost '/' refused for user 'shop'"), 'cannot be used'],
  ])('tells nothing of the inside: %s', async (error, told) => {
    broker = () => Promise.reject(error)
    const text = JSON.stringify((await get('/health')).body)
    expect(text).toContain(told)
    expect(text).not.toMatch(/10\.1\.2\.3|5432|shop|vhost/)
  })
})
