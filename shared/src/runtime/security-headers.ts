import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** The least of them, for answers that are given before any plugin has its turn. */
export const LEAST_HEADERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/**
 * Headers by which a browser keeps answers of the shop from being run, framed or guessed at. They are those that OWASP's
 * REST security cheat sheet asks of an API; `/docs` brings a policy of its own for its page.
 */
export function securityHeaders(app: FastifyInstance): void {
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: { maxAge: 31_536_000 },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // For pages, or for browsers of long ago.
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })
}
