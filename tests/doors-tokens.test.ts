import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { type Answer, send } from '@shop/shared/testing/http.ts'
import { assertProblem } from '@shop/shared/testing/problem.ts'
import { sendRaw } from '@shop/shared/testing/raw-http.ts'
import { forgeToken, goodClaims } from '@shop/shared/testing/tokens.ts'
import { contextOf, guardedPath, processesOf } from './support/processes.ts'
import { testSecret, useStack } from './support/stack.ts'

// What the contract suite does not try: tokens that attack the way in which they are checked.

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
const hmac = (key: string | Buffer, signed: string) =>
  createHmac('sha256', key).update(signed).digest('base64url')
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const claims = goodClaims('mallory', 'admin')

function token(header: object, signature: (signed: string) => string): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${signature(signed)}`
}
const rsa = (signed: string) => sign('sha256', Buffer.from(signed), privateKey).toString('base64url')
const jwk = publicKey.export({ format: 'jwk' })
const pem = publicKey.export({ format: 'pem', type: 'spki' })

const attacks: Record<string, string> = {
  'of alg RS256, signed by a key of its own': token({ alg: 'RS256' }, rsa),
  'of alg RS256 that brings its key': token({ alg: 'RS256', jwk }, rsa),
  'of alg RS256 that says where its key is': token({ alg: 'RS256', jku: 'http://127.0.0.1:1/keys' }, rsa),
  'of alg RS256, signed with the secret': token({ alg: 'RS256' }, (it) => hmac(testSecret, it)),
  'of alg HS256, signed with a public key': token({ alg: 'HS256' }, (it) => hmac(pem, it)),
  'that brings its secret': token({ alg: 'HS256', jwk: { kty: 'oct', k: encode('mine') } }, (it) =>
    hmac('mine', it),
  ),
  'whose key id is a path': token({ alg: 'HS256', kid: '../../../../dev/null' }, (it) => hmac('', it)),
  'signed with nothing': token({ alg: 'HS256' }, (it) => hmac('', it)),
  'that must be understood in a way that nobody does': token({ alg: 'HS256', crit: ['x'], x: 1 }, (it) =>
    hmac(testSecret, it),
  ),
  'of alg HS384': forgeToken(testSecret, claims, 'HS384'),
}

function assertRefused(answer: Answer): void {
  assertProblem(answer, 'unauthenticated')
  assert.doesNotMatch(answer.text, /signature|alg|jws|key/i)
}

describe.each(processesOf)('the %s', (name, processes) => {
  const stack = useStack(name)

  describe.each(processes)('%s', (process) => {
    const context = () => contextOf(stack.current, process)
    const path = guardedPath(process)

    it.each(Object.entries(attacks))('refuses a token %s, and does not say why', async (_what, bad) => {
      assertRefused(await send(context(), 'POST', path, { token: bad, json: {} }))
    })

    it('does not look for a token anywhere but in its header', async () => {
      const good = forgeToken(testSecret, goodClaims('root', 'admin'))
      for (const parameter of ['token', 'access_token', 'jwt', 'authorization'])
        assertRefused(await send(context(), 'POST', `${path}?${parameter}=${good}`, { json: {} }))
      const elsewhere: Record<string, string>[] = [{ cookie: `token=${good}` }, { 'x-access-token': good }]
      for (const headers of elsewhere)
        assertRefused(await send(context(), 'POST', path, { headers, json: {} }))
    })

    it('does not take the second of two tokens', async () => {
      const tokens = [attacks['signed with nothing']!, forgeToken(testSecret, claims)]
      const authorization = tokens.map((it) => `Bearer ${it}`)
      assertRefused(await sendRaw(context(), { method: 'POST', path, headers: { authorization } }))
    })

    it('forgets a token that was good when it expires', async () => {
      const exp = Math.floor(Date.now() / 1000) + 2
      const brief = forgeToken(testSecret, { ...goodClaims('ada', 'customer'), exp })
      const statusOf = async () => (await send(context(), 'POST', path, { token: brief, json: {} })).status
      expect(await statusOf()).not.toBe(401)
      while (Date.now() < exp * 1000) await statusOf()
      expect(await statusOf()).toBe(401)
    })
  })
})
