import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Upstream {
  url: string
  /** Every request that came, but for those that ask whether it is ready. */
  requests: {
    method: string
    path: string
    headers: IncomingMessage['headers']
    raw: string[]
    body: string
  }[]
  close(): Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const empty: Answer = (_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"items":[],"next":null}')
}

/** A stand-in for a service, to see what the gateway sends it. @param port 0 for a free one */
export async function startUpstream(answer: Answer = empty, port = 0): Promise<Upstream> {
  const requests: Upstream['requests'] = []
  const server = createServer(async (request, response) => {
    if (request.url === '/health/ready') return response.end('{}')
    const { method = '', url: path = '', headers, rawHeaders: raw } = request
    requests.push({ method, path, headers, raw, body: await text(request) })
    answer(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${taken}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
