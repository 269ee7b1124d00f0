import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ProblemName, problemBody, problems } from '../contract/problems.ts'
import { LEAST_HEADERS } from './security-headers.ts'
import { traceOf } from './trace.ts'

const HEADERS = {
  ...LEAST_HEADERS,
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
}

/**
 * Makes a refusal that costs next to nothing: it goes without routing, logger and hooks.
 * @param more headers
 */
export function refusal(
  name: ProblemName,
  more: Record<string, string>,
): (request: IncomingMessage, response: ServerResponse, detail?: string) => void {
  const plain = JSON.stringify(problemBody(name))
  const headers = { ...HEADERS, ...more }
  return (request, response, detail) => {
    const body = detail ? JSON.stringify(problemBody(name, detail)) : plain
    response.writeHead(problems[name].status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      'x-request-id': traceOf(request).requestId,
    })
    response.end(body)
  }
}

/** For bytes that are not HTTP: there is no request, so the answer is written by hand. */
export function refuseBytes(socket: Socket): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(problemBody('invalid-request', 'This is not HTTP that the shop understands'))
  const fields = Object.entries({ ...HEADERS, 'content-length': body.length, connection: 'close' })
  const head = ['HTTP/1.1 400 Bad Request', ...fields.map(([name, value]) => `${name}: ${value}`)]
  socket.end([...head, '', body].join('\r\n'))
}
