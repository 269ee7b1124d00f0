import { setTimeout as delay } from 'node:timers/promises'
import { ProblemError } from '@shop/shared/contract/problems.ts'
import { backoff } from '@shop/shared/runtime/backoff.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel'
import { BalancedPool, type Dispatcher } from 'undici'
import { followAddresses } from './addresses.ts'
import { DEADLINE_HEADER, type Deadline, left, within } from './deadline.ts'
import { type Answer, exchange } from './exchange.ts'
import { mayRetry, problemOf } from './failures.ts'
import { askReady, followReadiness } from './readiness.ts'
import { traceCalls } from './tracing.ts'

const CONNECT_MS = 1_000
const CHECK_MS = 2_000
/** As many as may meet replicas that a name still lists, or lists already, and that do not listen. */
const ATTEMPTS = 5
const RETRY_MS = { first: 20, most: 200 }
/** Calls that fail one after another until none is made, and how long none is made, in milliseconds. */
const BREAK_AFTER = 10
const BROKEN_FOR_MS = 1_000

export interface UpstreamCall {
  method: Dispatcher.HttpMethod
  /** Path and query, as they stand in the request line. */
  path: string
  headers?: Record<string, string | undefined>
  body?: Buffer
  /** True when a repeated call has no second effect. */
  repeatable: boolean
  /** When the answer must be there, retries included. The service is told how long that is. */
  deadline: Deadline
  /** Ends the call as `unavailable`. */
  signal?: AbortSignal
}

export type UpstreamAnswer = Answer

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
  const pool = new BalancedPool([], { connect: { timeout: CONNECT_MS } })
  const readiness = askReady()
  const ready = followReadiness(pool, readiness.isReady)
  const following = followAddresses(urls.split(','), ready)
  // Against a service that hangs: without it, every call would wait out its deadline, and hold a place that others need.
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: BROKEN_FOR_MS,
    breaker: new ConsecutiveBreaker(BREAK_AFTER),
  })
  breaker.onBreak(() => log.warn({ upstream: name }, 'the circuit is open: no call is made for a while'))
  breaker.onReset(() => log.warn({ upstream: name }, 'the circuit is closed again'))

  function send({ repeatable: _, deadline, headers, ...call }: UpstreamCall): Promise<UpstreamAnswer> {
    const ms = left(deadline)
    return exchange(pool, {
      ...call,
      headers: { ...headers, [DEADLINE_HEADER]: String(ms) } as Record<string, string>,
      headersTimeout: ms,
      bodyTimeout: ms,
    })
  }

  const attempt = tracing ? traceCalls(name, send, tracing) : send

  async function attempts(call: UpstreamCall): Promise<UpstreamAnswer> {
    await following.first
    for (let tried = 0; ; tried++) {
      if (left(call.deadline) === 0) throw new ProblemError('timeout')
      try {
        return await attempt(call)
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException
        if (tried + 1 === ATTEMPTS || !mayRetry(code, call.repeatable)) {
          log.warn({ upstream: name, reason: message }, 'an upstream call failed')
          throw new ProblemError(problemOf(code))
        }
      }
      await delay(backoff(tried, RETRY_MS))
    }
  }

  return {
    call: (call) =>
      breaker
        .execute(() => attempts(call))
        .catch((error: Error) => {
          throw error instanceof ProblemError ? error : new ProblemError('unavailable')
        }),
    async check() {
      const deadline = within(CHECK_MS)
      const { status } = await attempts({ method: 'GET', path: '/health/ready', repeatable: true, deadline })
      if (status !== 200) throw new Error(`${name} is not ready`)
    },
    async close() {
      following.stop()
      ready.stop()
      await Promise.all([pool.close(), readiness.close()])
    },
  }
}
