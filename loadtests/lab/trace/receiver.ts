import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type ExportRequest, readSpans, type Span } from './otlp.ts'

/** Takes spans by OTLP over HTTP, in JSON, for as long as a command runs. */
export type Receiver = {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is to say. */
  url: string
  /** All spans that have come. */
  spans: Span[]
  /** How many requests have come, whatever was in them. */
  readonly requests: number
  close(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1. */
export async function startReceiver(): Promise<Receiver> {
  const spans: Span[] = []
  let requests = 0

  async function take(request: IncomingMessage): Promise<number> {
    requests++
    if (request.method !== 'POST' || request.url !== '/v1/traces') return 404
    try {
      for (const span of readSpans(JSON.parse(await text(request)) as ExportRequest)) spans.push(span)
      return 200
    } catch {
      return 400
    }
  }

  const server = createServer(async (request, response) => {
    const status = await take(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    get requests() {
      return requests
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
