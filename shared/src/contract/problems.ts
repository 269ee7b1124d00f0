import type { Order, Problem } from './schemas.ts'

/** Every problem that the shop can answer with: its status and title. The key ends its `type`. */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'A valid bearer token is needed' },
  forbidden: { status: 403, title: 'This token may not do that' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'out-of-stock': { status: 409, title: 'Not enough stock' },
  'order-rejected': { status: 409, title: 'The order was rejected' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not JSON' },
  'unknown-product': { status: 422, title: 'There is no such product' },
  'idempotency-key-reused': { status: 422, title: 'This key was used for another request' },
  'too-many-requests': { status: 429, title: 'More requests than one caller may make' },
  'internal-error': { status: 500, title: 'The shop failed' },
  unavailable: { status: 503, title: 'The shop cannot do this just now' },
  timeout: { status: 504, title: 'The shop took too long' },
} as const

export type ProblemName = keyof typeof problems

/** An error that becomes an RFC 9457 answer. Throw it anywhere below a route. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  readonly problem: ProblemName
  readonly order: Order | undefined

  constructor(problem: ProblemName, detail?: string, order?: Order) {
    super(detail ?? problems[problem].title)
    this.problem = problem
    this.order = order
  }
}

/** The body of a problem: `type` is stable, `detail` is for people. */
export function problemBody(name: ProblemName, detail?: string, order?: Order): Problem {
  const { status, title } = problems[name]
  return {
    type: `urn:one-shop-twice:problem:${name}`,
    title,
    status,
    ...(detail !== undefined && { detail }),
    ...(order && { order }),
  }
}
