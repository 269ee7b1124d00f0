import { alsoHeader, header, type Mutation, pick, withHeader } from './mutation.ts'

const isGuarded: Mutation['fits'] = (draft) => header(draft, 'authorization') !== undefined

/** What stands in the header instead; `token` is the good one. */
const VALUES: ((token: string) => string | undefined)[] = [
  () => undefined,
  () => '',
  () => 'Bearer',
  () => 'Bearer ',
  () => 'Bearer null',
  () => 'Basic cm9vdDpyb290',
  () => `Bearer ${'x'.repeat(6_000)}`,
  () => 'Bearer ..',
  () => 'Bearer \u00e9',
  (token) => token,
  (token) => `Bearer  ${token}`,
  (token) => `bearer ${token}`,
  (token) => `Bearer ${token} ${token}`,
  (token) => `Bearer ${token},Bearer ${token}`,
  (token) => `Bearer ${token.slice(0, -2)}`,
  (token) => `Bearer ${token.split('.').slice(0, 2).join('.')}.`,
  (token) => `Bearer ${token.split('').reverse().join('')}`,
  (token) => `Bearer ${token}\u0000`,
]

/** The names of bad tokens that whoever sends them must provide. */
export const BAD_TOKENS = [
  'expired',
  'foreign secret',
  'alg none',
  'alg HS512',
  'another audience',
  'no role',
  'wrong role',
] as const

/** Stands for a token that is made when the request is sent. */
export const badToken = (name: string) => `<token:${name}>`

export const tokenMutations: Mutation[] = [
  {
    name: 'an odd authorization',
    weight: 2,
    fits: isGuarded,
    apply: (draft, n) => withHeader(draft, 'Authorization', pick(VALUES, n)(bearer(draft))),
  },
  {
    name: 'a token that is not good',
    weight: 2,
    fits: isGuarded,
    apply: (draft, n) => withHeader(draft, 'Authorization', `Bearer ${badToken(pick(BAD_TOKENS, n))}`),
  },
  {
    name: 'two tokens',
    fits: isGuarded,
    apply: (draft, n) => alsoHeader(draft, 'Authorization', `Bearer ${badToken(pick(BAD_TOKENS, n))}`),
  },
]

const bearer = (draft: Parameters<Mutation['apply']>[0]) =>
  header(draft, 'authorization')!.replace(/^Bearer /, '')
