import { EventEmitter } from 'node:events'
import type { Span, Tracing } from '@shop/shared/runtime/tracing.ts'
import { createTracing } from '@shop/shared/runtime/tracing-otel.ts'
import { traceStatements } from '@shop/shared/runtime/tracing-postgres.ts'
import type pg from 'pg'
import { type Receiver, startReceiver } from '../loadtests/lab/trace/receiver.ts'

type Done = (error: Error | null, result?: unknown) => void

/** A connection that answers at once, but for the statement `wrong`. */
class Client extends EventEmitter {
  query(config: unknown, _values?: unknown, done?: Done): Promise<unknown> | undefined {
    const error = config === 'wrong' ? Object.assign(new Error('ada’s'), { code: '22P02' }) : null
    if (done) return void done(error)
    return error ? Promise.reject(error) : Promise.resolve({ rows: [] })
  }
}

/** A pool whose one connection is handed out when the test says so. */
class Pool extends EventEmitter {
  waiting: (() => void)[] = []
  connect(done: () => void): void {
    this.waiting.push(done)
  }
}

describe('the span of a statement', () => {
  let receiver: Receiver
  let tracing: Tracing
  let pool: Pool
  let client: Client
  beforeEach(async () => {
    receiver = await startReceiver()
    tracing = createTracing('service', receiver.url, 1)
    pool = new Pool()
    client = new Client()
    traceStatements(pool as unknown as pg.Pool, tracing)
    pool.emit('connect', client)
  })
  afterEach(() => receiver.close())

  const request = (): Span => tracing.begin('request', { kind: 'server' })
  /** Parent and name of what was sent, once all has been. */
  async function sent() {
    await tracing.stop()
    return receiver.spans.map(({ parent, name }) => [parent, name])
  }
  const idOf = (span: Span) => span.spanContext().spanId

  it('lies below the request that waited for a connection, not below the one that gave it back', async () => {
    const [one, two] = [request(), request()]
    const statement = { name: 'of-one', text: 'select $1', values: ['ada'] }
    tracing.within(one, () => pool.connect(() => void client.query(statement, undefined, () => undefined)))
    tracing.within(two, () => pool.waiting[0]!())
    expect(await sent()).toEqual([[idOf(one), 'of-one']])
    expect(JSON.stringify(receiver.spans)).not.toMatch(/ada|select/)
  })

  it('tells of a failure its code and nothing else, and passes it on', async () => {
    const span = request()
    await tracing.within(span, () => expect(client.query('wrong')).rejects.toThrow('ada’s'))
    expect(await sent()).toEqual([[idOf(span), 'wrong']])
    expect(receiver.spans[0]).toMatchObject({ failed: true, attributes: { 'error.type': '22P02' } })
    expect(JSON.stringify(receiver.spans)).not.toContain('ada')
  })

  it('is not there without a request', async () => {
    await client.query('select 1')
    expect(await sent()).toEqual([])
  })

  it('has no more of a text without a name than its beginning', async () => {
    const span = request()
    await tracing.within(span, () => client.query('x'.repeat(5_000)))
    const [[, name] = []] = await sent()
    expect(name!.length).toBeLessThan(100)
  })
})
