import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Role } from '../contract/operations.ts'
import { ProblemError } from '../contract/problems.ts'

export const ISSUER = 'one-shop-twice'
export const AUDIENCE = 'shop'
const ALGORITHM = 'HS256'

/** Who is calling. */
export interface Caller {
  sub: string
  role: Role
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
}

/** Makes the hook that lets in callers with one of these roles. */
export type Guard = (
  roles: readonly Role[],
) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>

type Verified = Caller & { expiresAt: number }

/** Visible ASCII, short enough for an index entry. */
const SUBJECT = /^[\x21-\x7e]{1,128}$/

/**
 * Makes hooks that let in the bearers of a valid token with one of the given roles.
 * A token that was verified is remembered until it expires: its signature does not change.
 */
export function createAuth(secret: string): Guard {
  const key = new TextEncoder().encode(secret)
  const known = new LRUCache<string, Verified>({ max: 5_000 })

  async function verify(token: string): Promise<Caller> {
    const hit = known.get(token)
    if (hit && hit.expiresAt > Date.now()) return hit
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['sub', 'exp'],
    })
    const { sub, role, exp } = payload
    if (typeof sub !== 'string' || !SUBJECT.test(sub)) throw new Error('sub is not valid')
    if (role !== 'customer' && role !== 'admin') throw new Error('role is not valid')
    const caller = { sub, role, expiresAt: Number(exp) * 1000 } as const
    known.set(token, caller)
    return caller
  }

  return (roles) => async (request, reply) => {
    // What somebody may see is for nobody's cache.
    reply.header('cache-control', 'no-store')
    const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (!token) throw new ProblemError('unauthenticated', 'Send Authorization: Bearer with a token')
    request.caller = await verify(token).catch(() => {
      throw new ProblemError('unauthenticated', 'The token is not valid, or has expired')
    })
    if (!roles.includes(request.caller.role))
      throw new ProblemError('forbidden', `This needs role ${roles.join(' or ')}`)
  }
}

/** Reserves the place of `request.caller`, as Fastify asks for. */
export function decorateCaller(app: FastifyInstance): void {
  app.decorateRequest('caller', null as unknown as Caller)
}

/**
 * Signs a token for `caller`.
 * @param expiresIn as jose takes it: `1h`, `30 minutes`, or a Date
 */
export async function signToken(
  secret: string,
  { sub, role }: Caller,
  expiresIn: string | Date,
): Promise<string> {
  return new SignJWT({ role })
    .setProtectedHeader({ alg: ALGORITHM })
    .setSubject(sub)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .sign(new TextEncoder().encode(secret))
}
