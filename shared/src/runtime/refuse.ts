import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Counter } from 'prom-client'
import { type ProblemName, problemBody, problems } from '../contract/problems.ts'
import type { Door } from './door.ts'
import { LEAST_HEADERS } from './security-headers.ts'
import { traceOf } from './trace.ts'

const HEADERS = {
  ...LEAST_HEADERS,
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
}

/** How long a caller has to close its side, in milliseconds. */
const LINGER_MS = 1_000

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
  // Closing at once would reset the connection while the caller still sends, and the answer would be lost with it.
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}

/**
 * Answers some requests with 503 before Fastify sees them. Under overload most requests are refused, and what a refusal
 * costs is taken from those that are served.
 * @param mustRefuse asked once for each request
 */
export function refuseFirst(app: FastifyInstance, mustRefuse: Door['turnsAway']): void {
  const refused = new Counter({
    name: 'http_requests_refused_total',
    help: 'Requests answered 503 at the door; they are in no other figure',
    registers: [app.metrics],
  })
  const refuse = refusal('unavailable', { 'retry-after': '1' })
  app.door.turnsAway = (request, response) => {
    if (!mustRefuse(request, response)) return false
    refused.inc()
    if (app.draining) response.setHeader('connection', 'close')
    refuse(request, response)
    return true
  }
}
