import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { compileQuery, createAjv } from './ajv.ts'
import { answerWithin } from './answer-limit.ts'
import { closeSilent, limitConnections, openFilesLimit } from './connections.ts'
import { createDoor, type Door } from './door.ts'
import { drainable } from './drain.ts'
import { metrics } from './metrics.ts'
import { answerWithProblems, frameworkError } from './problem-answers.ts'
import { securityHeaders } from './security-headers.ts'
import { pathOf } from './target.ts'
import { type Trace, traceBindings, traceOf } from './trace.ts'
import { tracing } from './tracing.ts'
import { traceRequests } from './tracing-http.ts'

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyInstance {
    /** Where its requests come in. */
    door: Door
  }
  interface FastifyRequest {
    trace: Trace
  }
}

/** The largest body that a process reads, in bytes. A full order of 20 lines is under 2 KiB. */
export const BODY_LIMIT = 64 * 1024

/**
 * How long a request may take once it has arrived, in milliseconds: less than callers wait, more than a statement may run.
 * A route that holds requests on purpose sets its own.
 */
export const ANSWER_MS = 6_000

/** How long the rest of a body is read after the answer, in milliseconds, before the connection is closed. */
const REST_MS = 5_000

/**
 * A Fastify server as every process of the shop runs it: strict validation, problems as answers, a trace in every
 * log line, `/metrics`. A successful request is logged at `debug`, so that logs cost little at the default level.
 */
export function createServer(
  service: string,
  { LOG_LEVEL, DATABASE_CONNECTIONS = 0 }: { LOG_LEVEL: string; DATABASE_CONNECTIONS?: number },
): Server {
  const door = createDoor()
  const app = Fastify({
    logger: { level: LOG_LEVEL, base: { service } },
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger, _bindings, options, raw) =>
      logger.child(traceBindings(traceOf(raw)), options),
    bodyLimit: BODY_LIMIT,
    requestTimeout: 10_000,
    http: {
      // Node's own answer to a request without a host has no body; the door sees to it.
      requireHostHeader: false,
      // How often Node looks for requests that have not arrived in time; by itself it does so every 30 s.
      connectionsCheckingInterval: 1_000,
      // Node takes the longer of two limits for the whole request: without this one, its 60 s for headers alone.
      headersTimeout: 10_000,
    },
    // A closing server still answers what reaches it on open connections, and tells the client to leave.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    exposeHeadRoutes: false,
    frameworkErrors: frameworkError,
    clientErrorHandler: door.clientError,
    serverFactory: (serve, options) => door.open(serve, options),
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.removeContentTypeParser(['application/json', 'text/plain'])
  const parseJson = app.getDefaultJsonParser('error', 'error')
  // No body is none, whatever its type says: a cancel has none, and many clients always send the header.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parseJson(request, body as string, done),
  )
  const strict = createAjv({ coerceTypes: false })
  const coercing = createAjv({ coerceTypes: 'array' })
  app.setValidatorCompiler(({ schema, httpPart }) =>
    httpPart === 'querystring' ? compileQuery(coercing, schema as object) : strict.compile(schema as object),
  )

  app.decorate('door', door)
  limitConnections(app.server, openFilesLimit(), DATABASE_CONNECTIONS)
  closeSilent(app as unknown as FastifyInstance)
  if (tracing) traceRequests(app as unknown as FastifyInstance, door, tracing)
  app.decorateRequest('trace', null as unknown as Trace)
  app.addHook('onRequest', (request, reply, done) => {
    request.trace = traceOf(request.raw)
    reply.header('x-request-id', request.trace.requestId)
    done()
  })
  answerWithin(app, ANSWER_MS)
  drainable(app)
  securityHeaders(app)
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    // Without the query: somebody may have put a token into it.
    const url = pathOf(request.url)
    request.log.debug(
      { method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    )
    done()
  })
  // Node counts the time of a request until it is answered: a body that goes on after that would never end.
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    if (!raw.complete) setTimeout(() => raw.complete || raw.destroy(), REST_MS).unref()
    done()
  })
  answerWithProblems(app)
  metrics(app, service)
  return app as unknown as Server
}
