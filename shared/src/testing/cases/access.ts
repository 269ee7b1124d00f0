import assert from 'node:assert/strict'
import { listOrders, newProduct, readProduct } from '../calls.ts'
import { type ContractCase, type ContractContext, newAdmin, newCustomer, newKey, newSku } from '../context.ts'
import { type Sent, send } from '../http.ts'
import { assertProblem } from '../problem.ts'
import { type Claims, forgeToken, goodClaims } from '../tokens.ts'

interface GuardedCall {
  method: string
  path: string
  /** The role that it does not let in, if there is one. */
  refuses?: 'admin' | 'customer'
  json?: unknown
}

const ID = '01890000-0000-7000-8000-000000000000'

/** Spelled out, and not read from the contract's roles, so that a guard that is lost there is noticed here. */
const guarded: GuardedCall[] = [
  { method: 'PUT', path: '/products/GUARDED-1', refuses: 'customer', json: { name: 'Mine', priceCents: 1 } },
  { method: 'POST', path: '/products/GUARDED-1/restock', refuses: 'customer', json: { quantity: 1 } },
  { method: 'POST', path: '/orders', refuses: 'admin', json: { lines: [{ sku: 'GUARDED-1', quantity: 1 }] } },
  { method: 'GET', path: '/orders', refuses: 'admin' },
  { method: 'GET', path: `/orders/${ID}` },
  { method: 'POST', path: `/orders/${ID}/cancel` },
]

type MakeToken = (secret: string) => string

const withClaims =
  (change: Claims): MakeToken =>
  (secret) =>
    forgeToken(secret, { ...goodClaims('ada', 'customer'), ...change })

const nowS = () => Math.floor(Date.now() / 1000)

/** Tokens that must not pass, by what is wrong with them. */
const badTokens: Record<string, MakeToken> = {
  expired: (secret) => withClaims({ exp: nowS() - 120 })(secret),
  'without exp': withClaims({ exp: undefined }),
  'with exp as text': withClaims({ exp: '9999999999' }),
  'not valid yet': (secret) => withClaims({ nbf: nowS() + 3_600 })(secret),
  'of another issuer': withClaims({ iss: 'another-shop' }),
  'without issuer': withClaims({ iss: undefined }),
  'for another audience': withClaims({ aud: 'another-shop' }),
  'without audience': withClaims({ aud: undefined }),
  'without subject': withClaims({ sub: undefined }),
  'with an empty subject': withClaims({ sub: '' }),
  'with a subject that has U+0000 in it': withClaims({ sub: 'a\u0000b' }),
  'with a number as subject': withClaims({ sub: 7 }),
  'without role': withClaims({ role: undefined }),
  'with an unknown role': withClaims({ role: 'root' }),
  'with a list of roles': withClaims({ role: ['customer'] }),
  'signed with another secret': () => forgeToken('x'.repeat(32), goodClaims('ada', 'customer')),
  'of alg none': (secret) => forgeToken(secret, goodClaims('ada', 'admin'), 'none'),
  'of alg NONE with a signature': (secret) => `${forgeToken(secret, goodClaims('ada', 'admin'), 'NONE')}eA`,
  'of alg HS512': (secret) => forgeToken(secret, goodClaims('ada', 'customer'), 'HS512'),
  'with its claims changed': changedClaims,
  'without a signature': (secret) => withClaims({})(secret).replace(/[^.]+$/, ''),
  'that is no JWT': () => 'letmein',
  'with two dots alone': () => '..',
  'of 8 KB': () => 'a'.repeat(8_000),
}

export const accessCases: ContractCase[] = [
  ...guarded.map((call) => ({
    name: `${call.method} ${call.path.replace(ID, '{id}').replace('GUARDED-1', '{sku}')} without a token is 401`,
    async run(context: ContractContext) {
      const answer = await send(context, call.method, call.path, keyed(call.json))
      assertUnauthenticated(answer)
    },
  })),
  ...guarded.flatMap(({ method, path, refuses, json }) => {
    if (!refuses) return []
    return {
      name: `${method} ${path.replace('GUARDED-1', '{sku}')} with role ${refuses} is 403`,
      async run(context: ContractContext) {
        const { token } = refuses === 'admin' ? newAdmin(context) : newCustomer(context)
        assertProblem(await send(context, method, path, { ...keyed(json), token }), 'forbidden')
      },
    }
  }),
  ...Object.entries(badTokens).map(([what, make]) => ({
    name: `a token ${what} is 401`,
    async run(context: ContractContext) {
      const token = make(context.secret)
      for (const { method, path, json } of guarded) {
        assertUnauthenticated(await send(context, method, path, { ...keyed(json), token }))
      }
    },
  })),
  {
    name: 'an Authorization of another kind is 401; the scheme may be spelled bearer',
    async run(context) {
      const { token } = newCustomer(context)
      const kinds = [
        'Basic YWRhOmFkYQ==',
        'Bearer',
        'Bearer ',
        token,
        `Token ${token}`,
        `Bearer ${token} ${token}`,
      ]
      for (const authorization of kinds) {
        assertUnauthenticated(await send(context, 'GET', '/orders', { headers: { authorization } }))
      }
      const { status } = await send(context, 'GET', '/orders', {
        headers: { authorization: `bearer ${token}` },
      })
      assert.equal(status, 200)
    },
  },
  {
    name: 'an audience may be one of several',
    async run(context) {
      const claims = { ...goodClaims('ada', 'customer'), aud: ['another-shop', 'shop'] }
      const { status } = await send(context, 'GET', '/orders', { token: forgeToken(context.secret, claims) })
      assert.equal(status, 200)
    },
  },
  {
    name: 'who may not call is told so before the body is looked at',
    async run(context) {
      const broken = { headers: { 'content-type': 'application/json' }, body: '{"lines": [' }
      assertUnauthenticated(await send(context, 'POST', '/orders', broken))
      const { token } = newAdmin(context)
      assertProblem(await send(context, 'POST', '/orders', { ...broken, token }), 'forbidden')
    },
  },
  {
    name: 'what anyone may read needs no token, and does not mind a bad one',
    async run(context) {
      const sku = await newProduct(context, 1)
      for (const path of [`/products/${sku}`, '/products']) {
        assert.equal((await send(context, 'GET', path)).status, 200)
        assert.equal((await send(context, 'GET', path, { token: 'letmein' })).status, 200)
      }
    },
  },
  {
    name: 'a call that was refused has no effect',
    async run(context) {
      const sku = newSku()
      const { token } = newCustomer(context)
      const draft = { name: 'Mine', priceCents: 1 }
      assertProblem(await send(context, 'PUT', `/products/${sku}`, { token, json: draft }), 'forbidden')
      assertProblem(await send(context, 'GET', `/products/${sku}`), 'not-found')
      const held = await newProduct(context, 3)
      const more = { ...keyed({ quantity: 1 }), token }
      assertProblem(await send(context, 'POST', `/products/${held}/restock`, more), 'forbidden')
      const admin = newAdmin(context)
      const order = { ...keyed({ lines: [{ sku: held, quantity: 1 }] }), token: admin.token }
      assertProblem(await send(context, 'POST', '/orders', order), 'forbidden')
      assert.deepEqual((await listOrders(context, { ...newCustomer(context), sub: admin.sub })).items, [])
      assert.equal((await readProduct(context, held)).available, 3)
    },
  },
]

const keyed = (json: unknown): Sent => ({ json, headers: { 'idempotency-key': newKey() } })

function assertUnauthenticated(answer: Awaited<ReturnType<typeof send>>): void {
  assertProblem(answer, 'unauthenticated')
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
}

/** A customer's token that makes its bearer an administrator, with the signature that it had. */
function changedClaims(secret: string): string {
  const [header, , signature] = forgeToken(secret, goodClaims('ada', 'customer')).split('.')
  const [, claims] = forgeToken(secret, goodClaims('ada', 'admin')).split('.')
  return [header, claims, signature].join('.')
}
