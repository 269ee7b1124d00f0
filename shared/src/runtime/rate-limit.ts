import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { ProblemError } from '../contract/problems.ts'
import { callerOf } from './caller.ts'

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
  CALLER_SHARE: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.25,
    description: 'the part of the places that a caller may take at once, up to 1',
  }),
}

/**
 * Limits how often a caller may ask, for every route that is declared after it: 429 with `Retry-After` above it. A caller
 * is whom `callerOf` names. Each process counts for itself.
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
    keyGenerator: callerOf,
    errorResponseBuilder: () => new ProblemError('too-many-requests'),
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  })
}
