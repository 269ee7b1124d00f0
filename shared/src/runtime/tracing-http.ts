import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Door } from './door.ts'
import { isOperational } from './drain.ts'
import { pathOf } from './target.ts'
import { type Trace, traceFrom } from './trace.ts'
import { type Span, type Tracing, traceparentOf } from './tracing.ts'

/**
 * Gives every request a span, which continues the caller's trace, and which all that the request does lies below. What is
 * refused at the door has none, nor have calls that watch the process.
 */
export function traceRequests(app: FastifyInstance, door: Door, tracing: Tracing): void {
  const spans = new WeakMap<IncomingMessage, Span>()

  // Before anybody asks for the trace: the request's logger is the first.
  door.entered = (raw: IncomingMessage & { trace?: Trace }, response) => {
    if (isOperational(raw.url!)) return
    const span = begin(tracing, raw)
    spans.set(raw, span)
    raw.trace = { ...traceFrom(raw.headers), traceparent: traceparentOf(span) }
    response.once('close', () => {
      const { statusCode, headersSent } = response
      if (headersSent) span.setAttribute('http.response.status_code', statusCode)
      const failure = headersSent ? statusCode >= 500 && String(statusCode) : 'hung_up'
      tracing.end(span, failure ? { code: failure } : undefined)
    })
  }

  app.addHook('onRequest', (request, _reply, done) => {
    const span = spans.get(request.raw)
    if (!span) return done()
    const { method, url } = request.routeOptions
    // Without a route there is no name but the method's: what is asked for then may be anything.
    if (url) span.updateName(`${method} ${url}`).setAttribute('http.route', url)
    tracing.within(span, done)
  })
}

function begin(tracing: Tracing, { method = '', url = '', headers }: IncomingMessage): Span {
  // Without the query: somebody may have put a token into it.
  const attributes = {
    'http.request.method': method,
    'url.path': pathOf(url),
    'url.scheme': 'http',
  }
  return tracing.begin(method, { kind: 'server', parent: headers.traceparent as string, attributes })
}
