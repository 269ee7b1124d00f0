import type { FastifyInstance } from 'fastify'

/** The least of them, for answers that are given before any hook has its turn. */
export const LEAST_HEADERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/** Those that OWASP's REST security cheat sheet asks of an API. Constant: what makes them anew for each answer costs CPU. */
const HEADERS = {
  ...LEAST_HEADERS,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-frame-options': 'DENY',
}

/** Headers by which a browser keeps answers from being run, framed or guessed at; `/docs` brings a policy for its page. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(HEADERS)
    done()
  })
}
