import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Counter } from 'prom-client'
import { problemBody, problems } from '../contract/problems.ts'
import { LEAST_HEADERS } from './security-headers.ts'
import { traceOf } from './trace.ts'

const { status } = problems.unavailable
const BODY = JSON.stringify(problemBody('unavailable'))
const HEADERS = {
  ...LEAST_HEADERS,
  'content-type': 'application/problem+json',
  'content-length': Buffer.byteLength(BODY),
  'cache-control': 'no-store',
  'retry-after': '1',
}

/**
 * Answers some requests with 503 before Fastify sees them. Under overload most requests are refused, and what a refusal
 * costs is taken from those that are served: they go without routing, logger and hooks.
 * @param mustRefuse asked once for each request
 */
export function refuseFirst(
  app: FastifyInstance,
  mustRefuse: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
  const refused = new Counter({
    name: 'http_requests_refused_total',
    help: 'Requests answered 503 at the door; they are in no other figure',
    registers: [app.metrics],
  })
  const serve = app.server.listeners('request') as ((...args: unknown[]) => void)[]
  app.server.removeAllListeners('request')
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!mustRefuse(request, response)) {
      for (const listener of serve) listener.call(app.server, request, response)
      return
    }
    refused.inc()
    if (app.draining) response.setHeader('connection', 'close')
    response.writeHead(status, { ...HEADERS, 'x-request-id': traceOf(request).requestId })
    response.end(BODY)
  })
}
