import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem-answers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long this route may take to answer, in milliseconds, when it is not as long as all others. */
    answerMs?: number
  }
}

/**
 * Answers 504 where a handler takes too long. What the handler does afterwards goes on, and reaches nobody. (Fastify's own
 * `handlerTimeout` ends with the request's body, so that it never comes for a call that has one.)
 * @param ms counted from the arrival of the request's head
 */
export function answerWithin(app: FastifyInstance, ms: number): void {
  app.addHook('onRequest', (request, reply, done) => {
    const limit = request.routeOptions.config?.answerMs ?? ms
    const timer = setTimeout(() => {
      if (!reply.sent) sendProblem(reply, 'timeout')
    }, limit)
    reply.raw.once('close', () => clearTimeout(timer))
    done()
  })
}
