import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem-answers.ts'

/** Resolves when the dependency can be used; rejects with why not. */
export type Check = () => Promise<unknown>

/**
 * Serves `/health/live` (this process answers) and `/health/ready` (it can do its work; else 503, naming what is missing).
 * @param checks by the name that people know the dependency by
 */
export function health(app: FastifyInstance, checks: Record<string, Check>): void {
  app.get('/health/live', async () => ({ status: 'ok' }))
  app.get('/health/ready', async (request, reply) => {
    const names = Object.keys(checks)
    const results = await Promise.allSettled(names.map((name) => checks[name]?.()))
    const missing = names.filter((_, i) => results[i]?.status === 'rejected')
    if (app.draining) missing.push('this process, which is shutting down')
    if (missing.length === 0) return { status: 'ok' }
    request.log.debug({ missing }, 'not ready')
    return sendProblem(reply, 'unavailable', `Missing: ${missing.join(', ')}`)
  })
}
