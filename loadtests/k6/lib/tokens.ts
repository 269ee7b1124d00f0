import { hmac } from 'k6/crypto'
import encoding from 'k6/encoding'
import { CUSTOMERS } from './settings.ts'

const LIFETIME_SECONDS = 6 * 60 * 60
const SECRET = __ENV.AUTH_SECRET || secretOfCheckout()

/** Tokens of as many customers as CUSTOMERS says, named `<prefix>-1` and so on. */
export const customerTokens = (prefix = 'customer') =>
  Array.from({ length: CUSTOMERS }, (_, i) => token(`${prefix}-${i + 1}`, 'customer'))

export const adminToken = () => token('load-test', 'admin')

/** Signs a token by the secret that the stack was started with. */
export function token(sub: string, role: 'customer' | 'admin'): string {
  const now = Math.floor(Date.now() / 1000)
  const header = { alg: 'HS256', typ: 'JWT' }
  const claims = { sub, role, iss: 'one-shop-twice', aud: 'shop', iat: now, exp: now + LIFETIME_SECONDS }
  const signed = `${base64url(header)}.${base64url(claims)}`
  return `${signed}.${hmac('sha256', SECRET, signed, 'base64rawurl')}`
}

const base64url = (part: object) => encoding.b64encode(JSON.stringify(part), 'rawurl')

/** The secret that `npm run up` makes for this checkout. */
function secretOfCheckout(): string {
  try {
    return open('../../../.cache/auth-secret').trim()
  } catch {
    throw new Error(
      'AUTH_SECRET is not set. Run npm run up, or give the secret of the stack by -e AUTH_SECRET=…',
    )
  }
}
