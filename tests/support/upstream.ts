import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Upstream {
  url: string
  /** Every request that came, but for those that ask for its health. */
  requests: {
    method: string
    path: string
    headers: IncomingMessage['headers']
    raw: string[]
    body: string
  }[]
  /** True while it answers nothing at all, not even whether it is alive: as a process that was stopped by a signal. */
  hangs: boolean
  /** How many requests wait for an answer. */
  open(): number
  close(): Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const empty: Answer = (_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"items":[],"next":null}')
}

/** A stand-in for a service, to see what the gateway sends it. @param port 0 for a free one */
export async function startUpstream(answer: Answer = empty, port = 0): Promise<Upstream> {
  const requests: Upstream['requests'] = []
  let open = 0
  const upstream: Upstream = {
    url: '',
    requests,
    hangs: false,
    open: () => open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server = createServer(async (request, response) => {
    if (request.url?.startsWith('/health/')) return upstream.hangs || response.end('{}')
    open++
    response.once('close', () => open--)
    const { method = '', url: path = '', headers, rawHeaders: raw } = request
    requests.push({ method, path, headers, raw, body: await text(request) })
    if (!upstream.hangs) answer(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as { port: number }
  upstream.url = `http://127.0.0.1:${taken}`
  return upstream
}
