import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { ProblemError } from '../contract/problems.ts'

/** How many different callers are remembered at once. */
const CALLERS = 10_000

/** The configuration of a process that callers reach from outside. */
export const rateLimitConfig = {
  RATE_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 100,
    description: 'how many requests a caller may make in a second, from 1 to 1000000',
  }),
}

/**
 * Limits how often a caller may ask, for every route that is declared after it: 429 with `Retry-After` above it. A caller
 * is the token's subject, or the address where a route asks for no token. Each process counts for itself.
 */
export async function limitRates(
  app: FastifyInstance,
  { RATE_LIMIT }: { RATE_LIMIT: number },
): Promise<void> {
  await app.register(rateLimit, {
    max: RATE_LIMIT,
    timeWindow: 1_000,
    cache: CALLERS,
    // Guards run first, so that nobody uses up another's share by a token that is not valid.
    keyGenerator: ({ caller, ip }) => caller?.sub ?? ip,
    errorResponseBuilder: () => new ProblemError('too-many-requests'),
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  })
}
