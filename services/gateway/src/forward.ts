import { setTimeout as delay } from 'node:timers/promises'
import { within } from '@shop/http/deadline.ts'
import { whileAsked } from '@shop/http/gone.ts'
import { preferredWait } from '@shop/http/prefer.ts'
import type { Upstream, UpstreamAnswer, UpstreamCall } from '@shop/http/upstream.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type HeldRequests, wasLetGo } from './held.ts'

/** What a service may take to answer, in milliseconds: a little more than it takes by its own limit. */
const SERVICE_MS = 7_000
/** Requests that are let go ask once more within this time, in milliseconds: all at once, they would be refused. */
const SPREAD_MS = 1_000
/** What the services are told of a request. Everything else stays here: hop-by-hop, forwarding and internal headers. */
const REQUEST_HEADERS = ['accept', 'authorization', 'content-type', 'idempotency-key', 'prefer'] as const
/** What the caller is told of an answer. */
const RESPONSE_HEADERS = ['content-type', 'location', 'retry-after', 'www-authenticate'] as const

/**
 * Makes the handler that passes a request on as it is, and the answer back. Who hangs up is no longer asked for.
 * @param held where the route's requests wait that prefer to; undefined when it has none such
 */
export function forwardTo(
  upstream: Upstream,
  held?: HeldRequests,
): (request: FastifyRequest, reply: FastifyReply) => Promise<Buffer> {
  return async (request, reply) => {
    const waitSeconds = held ? preferredWait(request.headers.prefer) : 0
    const call = callOf(request, waitSeconds)
    const { status, headers, body } = await whileAsked(reply.raw, (asked) =>
      held && call.held
        ? hold(upstream, call, held, asked)
        : upstream.call({ ...call, signal: asked.signal }),
    )
    reply.code(status)
    for (const name of RESPONSE_HEADERS) if (headers[name]) reply.header(name, headers[name])
    return body
  }
}

/** A call that is let go in the middle is made again, without its wish to wait: its key finds the order. */
async function hold(
  upstream: Upstream,
  call: UpstreamCall,
  held: HeldRequests,
  asked: AbortController,
): Promise<UpstreamAnswer> {
  held.add(asked)
  try {
    return await upstream.call({ ...call, signal: asked.signal })
  } catch (error) {
    if (!wasLetGo(asked.signal) || !call.repeatable) throw error
    await delay(Math.random() * SPREAD_MS)
    const headers = { ...call.headers, prefer: undefined }
    return upstream.call({ ...call, headers, deadline: within(SERVICE_MS) })
  } finally {
    held.remove(asked)
  }
}

function callOf(
  { method, raw, body, headers: sent, trace }: FastifyRequest,
  waitSeconds: number,
): UpstreamCall {
  const headers: UpstreamCall['headers'] = { traceparent: trace.traceparent, 'x-request-id': trace.requestId }
  for (const name of REQUEST_HEADERS) if (sent[name]) headers[name] = String(sent[name])
  return {
    method: method as UpstreamCall['method'],
    path: raw.url ?? '/',
    headers,
    ...(Buffer.isBuffer(body) && { body }),
    repeatable: method !== 'POST' || sent['idempotency-key'] !== undefined,
    held: waitSeconds > 0,
    deadline: within(SERVICE_MS + waitSeconds * 1000),
  }
}
