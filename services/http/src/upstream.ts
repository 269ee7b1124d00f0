import { setTimeout as delay } from 'node:timers/promises'
import { ProblemError } from '@shop/shared/contract/problems.ts'
import { backoff } from '@shop/shared/runtime/backoff.ts'
import { Missing } from '@shop/shared/runtime/health.ts'
import { areTaken, createPlaces } from '@shop/shared/runtime/places.ts'
import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { Dispatcher } from 'undici'
import { followAddresses, type Lookup } from './addresses.ts'
import { DEADLINE_HEADER, type Deadline, left } from './deadline.ts'
import { type Answer, exchange } from './exchange.ts'
import { isItsFault, mayRetry, problemOf } from './failures.ts'
import { lookByHttp } from './look.ts'
import { createReplicas, type Replica } from './replicas.ts'
import { createRetryBudget } from './retry-budget.ts'
import { traceCalls } from './tracing.ts'

/** As many as may meet replicas that a name still lists, or lists already, and that do not listen. */
const ATTEMPTS = 5
const RETRY_MS = { first: 20, most: 200 }

export interface UpstreamCall {
  method: Dispatcher.HttpMethod
  /** Path and query, as they stand in the request line. */
  path: string
  headers?: Record<string, string | undefined>
  body?: Buffer
  /** True when a repeated call has no second effect. */
  repeatable: boolean
  /** True when the caller may wait for an order to settle: such calls have places of their own. */
  held: boolean
  /** When the answer must be there, retries included. */
  deadline: Deadline
  /** Gives the call up, and its place back: it ends as `unavailable`. */
  signal?: AbortSignal
}

export type UpstreamAnswer = Answer

export interface UpstreamOptions {
  name: string
  /** Base URLs with commas between them; a DNS name stands for all of its addresses, followed as they change. */
  urls: string
  /** Requests that this process has at work at once, and those that it holds. */
  door: { PLACES: number; PLACES_HELD: number }
  /** Whether the service is told how long its caller still waits: only one that holds requests can use it. */
  tellsDeadline?: boolean
  /** Default: the system's. */
  lookup?: Lookup
  log: { warn(details: object, message: string): void }
}

/** What is known of a service, and what was done about it, since the process started. */
export interface UpstreamState {
  /** True while it is not called at all. */
  isOpen: boolean
  taken: { work: number; held: number }
  refused: { circuit: number; places: number }
}

/** Another service: one or more replicas, called in turn. */
export interface Upstream {
  /** @throws ProblemError `unavailable` or `timeout`; which replica it was is never told */
  call(call: UpstreamCall): Promise<UpstreamAnswer>
  /** @throws Missing unless a replica says that it is ready, and it is called */
  check(): Promise<void>
  state(): UpstreamState
  close(): Promise<void>
}

/** Calls that fail, hang or are slow cost the callers of this service, and nobody else, and no more than the limits say. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, urls, door, tellsDeadline = false, lookup, log } = options
  const look = lookByHttp()
  const replicas = createReplicas(name, look, log)
  const following = followAddresses(urls.split(','), replicas, lookup)
  // A bulkhead: a service that hangs has half of the requests at work at most, so that the other half does other things.
  // Those that are held only wait, and for one service alone.
  const work = createPlaces('work', Math.ceil(door.PLACES / 2), 1)
  const held = createPlaces('held', door.PLACES_HELD, 1)
  const retries = createRetryBudget(work.most + held.most)
  const refused = { circuit: 0, places: 0 }
  const isOpen = () => replicas.count > 0 && replicas.callable === 0

  function refuse(reason: keyof typeof refused): never {
    refused[reason]++
    throw new ProblemError('unavailable', `${name} is not called: ${reason}`)
  }

  async function send(
    { repeatable: _, held: __, deadline, headers, ...call }: UpstreamCall,
    replica: Replica,
  ) {
    // Undici takes 0 for "never".
    const ms = Math.max(1, left(deadline))
    const told = tellsDeadline ? { ...headers, [DEADLINE_HEADER]: String(ms) } : headers
    const { circuit } = replica
    const { era } = circuit
    if (replica.waiting++ === 0) replica.heardAt = performance.now()
    try {
      const limits = { deadline, headersTimeout: ms, bodyTimeout: ms }
      const answer = await exchange(replica.pool, {
        ...call,
        ...limits,
        headers: told as Record<string, string>,
      })
      replica.heardAt = performance.now()
      circuit.answered(era)
      return answer
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!call.signal?.aborted && isItsFault(code, ms)) circuit.failed(era)
      throw error
    } finally {
      replica.waiting--
    }
  }

  const attempt = tracing ? traceCalls(name, send, tracing) : send

  async function attempts(call: UpstreamCall): Promise<UpstreamAnswer> {
    let replica: Replica | undefined
    let made = 0
    for (let round = 0; ; round++) {
      if (call.signal?.aborted) throw new ProblemError('unavailable', 'The caller has gone')
      if (left(call.deadline) === 0) throw new ProblemError(replicas.count > 0 ? 'timeout' : 'unavailable')
      replica = replicas.next(replica)
      if (isOpen()) refuse('circuit')
      try {
        if (replica) return await attempt(call, replica)
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException
        const again = ++made < ATTEMPTS && mayRetry(code, call.repeatable) && retries.spend()
        if (!again && !call.signal?.aborted)
          log.warn({ upstream: name, reason: message }, 'an upstream call failed')
        if (!again) throw new ProblemError(problemOf(code))
      }
      await delay(backoff(round, RETRY_MS))
    }
  }

  return {
    async call(call) {
      if (isOpen()) refuse('circuit')
      const places = call.held ? held : work
      if (areTaken(places)) refuse('places')
      places.taken++
      retries.earn()
      try {
        return await attempts(call)
      } finally {
        places.taken--
      }
    },
    async check() {
      if (replicas.count === 0) throw new Missing('its name has no address')
      if (isOpen()) throw new Missing('it is not called: the circuit is open')
      if (!(await replicas.isReady())) throw new Missing('it is not ready')
    },
    state: () => ({
      isOpen: isOpen(),
      taken: { work: work.taken, held: held.taken },
      refused: { ...refused },
    }),
    async close() {
      following.stop()
      await Promise.all([replicas.stop(), look.close()])
    },
  }
}
