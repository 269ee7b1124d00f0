import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { pathOf } from './target.ts'

/** Nothing came for this long, in milliseconds: those that send requests have seen that this process is not ready. */
const QUIET_MS = 500
/** Who has not gone by then does not look at readiness. */
const LONGEST_MS = 2_000
const LOOK_AGAIN_MS = 50

declare module 'fastify' {
  interface FastifyInstance {
    /** True from the moment the process was told to stop: not ready, and every answer asks the client to leave. */
    draining: boolean
    /** Goes on serving until the requests have stopped coming, 2 s at most. Close the server after it. */
    drain(): Promise<void>
  }
}

/**
 * Lets a server leave without a lost request. A server that stopped listening at once would reset requests that are on
 * their way on connections it takes for idle; so first it says that it is not ready, and serves what still comes.
 */
export function drainable(app: FastifyInstance): void {
  let lastAsked = 0
  app.decorate('draining', false)
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isOperational(request.url)) lastAsked = performance.now()
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (app.draining) reply.header('connection', 'close')
    done()
  })
  app.decorate('drain', async () => {
    app.draining = true
    const started = performance.now()
    for (;;) {
      await delay(LOOK_AGAIN_MS)
      const now = performance.now()
      if (now - Math.max(lastAsked, started) > QUIET_MS || now - started > LONGEST_MS) return
    }
  })
}

const OPERATIONAL = new Set(['/health', '/health/live', '/health/ready', '/metrics'])

/** Calls that watch the process and are not the shop's. @param url in its one form */
export const isOperational = (url: string): boolean => OPERATIONAL.has(pathOf(url))
