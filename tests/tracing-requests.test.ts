import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { createServer, type Server } from '@shop/shared/runtime/server.ts'
import { startTracing, traceparentOf, tracing } from '@shop/shared/runtime/tracing.ts'
import { type Receiver, startReceiver } from '../loadtests/lab/trace/receiver.ts'

describe('the span of a request', () => {
  let receiver: Receiver
  let app: Server
  let port: number
  let letGo: (answer: object) => void
  const slow = new Promise<object>((resolve) => {
    letGo = resolve
  })
  beforeAll(async () => {
    receiver = await startReceiver()
    await startTracing('service', { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
    app = createServer('service', { LOG_LEVEL: 'silent' })
    app.post('/things/:id', async ({ trace }) => {
      const current = tracing!.current()
      return { isCurrent: current !== undefined && traceparentOf(current) === trace.traceparent }
    })
    app.get('/slow', () => slow)
    port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  })
  afterAll(async () => {
    // Of the client's, one may be open that has asked for nothing yet.
    app.server.closeAllConnections()
    await app.close()
    await receiver.close()
  })

  it('is current in the handler, though the body came long after the head', async () => {
    const socket = connect(port, '127.0.0.1')
    const reached = once(app.server, 'request')
    const type = 'Content-Type: application/json'
    socket.write(`POST /things/1 HTTP/1.1\r\nHost: shop\r\n${type}\r\nContent-Length: 2\r\n\r\n`)
    await reached
    socket.write('{}')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(answer.toString()).toContain('{"isCurrent":true}')
  })

  it('has the name of the route; a path without one names nothing; a look at the process has none', async () => {
    const base = `http://127.0.0.1:${port}`
    await fetch(`${base}/things/2?token=hunter2`, { method: 'POST' })
    await fetch(`${base}/nothing/3`)
    await fetch(`${base}/metrics`)
    const impatient = new AbortController()
    const reached = once(app.server, 'request')
    const asking = fetch(`${base}/slow`, { signal: impatient.signal })
    const [, response] = (await reached) as [unknown, ServerResponse]
    const closed = once(response, 'close')
    impatient.abort()
    await expect(asking).rejects.toThrow('aborted')
    await closed
    letGo({})
    await tracing!.stop()
    const spans = receiver.spans.filter(({ attributes }) => attributes['url.path'] !== '/things/1')
    expect(spans.map(({ name, attributes, failed }) => [name, attributes['url.path'], failed])).toEqual([
      ['POST /things/:id', '/things/2', false],
      ['GET', '/nothing/3', false],
      ['GET /slow', '/slow', true],
    ])
  })
})
