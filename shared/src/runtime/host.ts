import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../contract/problems.ts'

/**
 * Refuses a request of HTTP/1.1 that has no `Host`, or several (RFC 9112, section 3.2): two readers could take it for two
 * places. An `Expect` that means nothing to us is passed over, as RFC 9110 allows, where Node would answer without a body.
 */
export function hostOnce(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const isRight = raw.httpVersion !== '1.1' || countHosts(raw.rawHeaders) === 1
    done(isRight ? undefined : new ProblemError('invalid-request', 'Send one Host header'))
  })
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    app.server.emit('request', request, response),
  )
}

/** @param raw names and values in turn */
function countHosts(raw: readonly string[]): number {
  let count = 0
  for (let i = 0; i < raw.length; i += 2)
    if (raw[i]!.length === 4 && raw[i]!.toLowerCase() === 'host') count++
  return count
}
