import { ProblemError } from '@shop/shared/contract/problems.ts'
import { BalancedPool, type Dispatcher } from 'undici'
import { followAddresses } from './addresses.ts'

/** Time limits of a call, in milliseconds. */
const CONNECT_MS = 1_000
const ANSWER_MS = 6_000
/** As many as may meet replicas that a name still lists, or lists already, and that do not listen. */
const ATTEMPTS = 5

/** Nothing was sent, so that any call may be tried again elsewhere. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
])
/** The connection broke on the way: only what has no second effect may be tried again. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_DESTROYED'])
const SLOW = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

export interface UpstreamCall {
  method: Dispatcher.HttpMethod
  /** Path and query, as they stand in the request line. */
  path: string
  headers?: Record<string, string | undefined>
  body?: Buffer
  /** True when a repeated call has no second effect. */
  repeatable: boolean
  /** How long the answer may take beyond the usual, in milliseconds. */
  patienceMs?: number
}

export interface UpstreamAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Another service: one or more replicas, called in turn. */
export interface Upstream {
  /** @throws ProblemError `unavailable` or `timeout`; which replica it was is never told */
  call(call: UpstreamCall): Promise<UpstreamAnswer>
  /** Rejects unless a replica says that it is ready. */
  check(): Promise<void>
  close(): Promise<void>
}

interface UpstreamLog {
  warn(details: object, message: string): void
}

/** @param urls base URLs with commas between them; a DNS name stands for all of its addresses, followed as they change */
export function createUpstream(name: string, urls: string, log: UpstreamLog): Upstream {
  const pool = new BalancedPool([], {
    connect: { timeout: CONNECT_MS },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
  })
  const following = followAddresses(urls.split(','), pool)

  async function call({
    patienceMs = 0,
    repeatable,
    headers,
    ...request
  }: UpstreamCall): Promise<UpstreamAnswer> {
    await following.first
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await pool.request({
          ...request,
          headers: headers as Record<string, string>,
          headersTimeout: ANSWER_MS + patienceMs,
        })
        return {
          status: answer.statusCode,
          headers: answer.headers,
          body: Buffer.from(await answer.body.arrayBuffer()),
        }
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException
        if (attempt < ATTEMPTS && (NOT_SENT.has(code) || (repeatable && BROKEN.has(code)))) continue
        log.warn({ upstream: name, reason: message }, 'an upstream call failed')
        throw new ProblemError(SLOW.has(code) ? 'timeout' : 'unavailable')
      }
    }
  }

  return {
    call,
    async check() {
      const { status } = await call({ method: 'GET', path: '/health/ready', repeatable: true })
      if (status !== 200) throw new Error(`${name} is not ready`)
    },
    async close() {
      following.stop()
      await pool.close()
    },
  }
}
