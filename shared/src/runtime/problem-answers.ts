import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError, type ProblemName, problemBody, problems } from '../contract/problems.ts'
import type { Order } from '../contract/schemas.ts'
import { isContentFault } from './postgres-errors.ts'
import { LEAST_HEADERS } from './security-headers.ts'
import { traceOf } from './trace.ts'

const CONTENT_TYPE = 'application/problem+json'

/** Every error of this server, thrown or Fastify's own, becomes an RFC 9457 answer; a 5xx never tells why. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: (FastifyError | ProblemError) & { code?: string }, request, reply) => {
    const name = problemName(error)
    const { status } = problems[name]
    if (status === 500) request.log.error(error)
    else if (status > 500) request.log.warn({ reason: error.message, code: error.code }, name)
    const order = error instanceof ProblemError ? error.order : undefined
    sendProblem(reply, name, status < 500 ? error.message : undefined, order)
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 'not-found', `No ${request.method} ${request.url.split('?')[0]} here`),
  )
}

/** Sends a problem with its status and headers. */
export function sendProblem(
  reply: FastifyReply,
  name: ProblemName,
  detail?: string,
  order?: Order,
): FastifyReply {
  if (name === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  if (name === 'unavailable') reply.header('retry-after', '1')
  // Closing now would reset the connection while the caller still sends, and the answer would be lost with it. The rest
  // of the body is read and dropped instead, for as long as a request may take.
  if (name === 'payload-too-large') reply.removeHeader('connection')
  return reply
    .code(problems[name].status)
    .type(CONTENT_TYPE)
    .serializer(JSON.stringify)
    .send(problemBody(name, detail, order))
}

function problemName(error: FastifyError | ProblemError): ProblemName {
  if (error instanceof ProblemError) return error.problem
  const { statusCode: status } = error
  if (status === 413) return 'payload-too-large'
  if (status === 415) return 'unsupported-media-type'
  if (status === 404) return 'not-found'
  if (status && status >= 400 && status < 500) return 'invalid-request'
  return isOurs(error) ? 'internal-error' : 'unavailable'
}

/** Whether a caller that tries again would meet the same: our code, data that passed our checks, an answer that is not as we say. */
const isOurs = (error: FastifyError): boolean =>
  isContentFault(error) || 'serialization' in error || String(error.code).startsWith('FST_')

/** For what fails before a route is found, such as `%` in a path. */
export function frameworkError(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...LEAST_HEADERS, 'x-request-id': traceOf(request.raw).requestId })
  sendProblem(reply, 'invalid-request', 'The URL is not valid')
}
