import assert from 'node:assert/strict'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Role } from '../contract/operations.ts'
import type { ProblemError } from '../contract/problems.ts'
import { eventually } from '../testing/eventually.ts'
import { forgeToken, goodClaims } from '../testing/tokens.ts'
import { createAuth, signToken } from './auth.ts'

const secret = 'x'.repeat(32)
const guard = createAuth(secret)

async function admit(token: string, roles: Role[] = ['customer', 'admin']) {
  const request = { headers: { authorization: `Bearer ${token}` } } as FastifyRequest
  const reply = { header: () => reply } as unknown as FastifyReply
  await guard(roles)(request, reply)
  return request.caller
}

describe('a guard', () => {
  it('admits the bearer of a token that this shop signed', async () => {
    const token = await signToken(secret, { sub: 'ada', role: 'admin' }, '1h')
    await expect(admit(token)).resolves.toMatchObject({ sub: 'ada', role: 'admin' })
  })

  it('takes a token that it knows only until it expires', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2
    const token = forgeToken(secret, { ...goodClaims('ada', 'customer'), exp })
    await admit(token)
    const outcome = await eventually(async () => {
      const last = await admit(token).catch((error: ProblemError) => error.problem)
      assert.equal(last, 'unauthenticated')
      return last
    })
    expect(outcome).toBe('unauthenticated')
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000)
  })

  it('looks at the role also of a token that it knows', async () => {
    const token = await signToken(secret, { sub: 'ada', role: 'customer' }, '1h')
    await admit(token)
    await expect(admit(token, ['admin'])).rejects.toMatchObject({ problem: 'forbidden' })
  })

  it('does not know a token by its claims alone', async () => {
    const claims = goodClaims('ada', 'customer')
    await admit(forgeToken(secret, claims))
    await expect(admit(forgeToken('y'.repeat(32), claims))).rejects.toMatchObject({
      problem: 'unauthenticated',
    })
  })

  it('never says why a token was refused', async () => {
    const expired = forgeToken(secret, { ...goodClaims('ada', 'customer'), exp: 1 })
    const foreign = forgeToken('y'.repeat(32), goodClaims('ada', 'customer'))
    const [first, second] = await Promise.allSettled([admit(expired), admit(foreign)])
    expect((first as PromiseRejectedResult).reason.message).toBe(
      (second as PromiseRejectedResult).reason.message,
    )
  })
})
