import { within } from '@shop/http/deadline.ts'
import { isHeld, preferredWait } from '@shop/http/prefer.ts'
import type { Upstream, UpstreamAnswer, UpstreamCall } from '@shop/http/upstream.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What a service may take to answer, in milliseconds: a little more than it takes by its own limit. */
const SERVICE_MS = 7_000
/** What the services are told of a request. Everything else stays here: hop-by-hop, forwarding and internal headers. */
const REQUEST_HEADERS = ['accept', 'authorization', 'content-type', 'idempotency-key', 'prefer'] as const
/** What the caller is told of an answer. */
const RESPONSE_HEADERS = ['content-type', 'location', 'retry-after', 'www-authenticate'] as const

/**
 * Makes the handler that passes a request on as it is, and the answer back.
 * @param leaving ends the wait of requests that are held until their order settles: they are answered with the order as it is
 */
export function forwardTo(
  upstream: Upstream,
  leaving: AbortSignal,
): (request: FastifyRequest, reply: FastifyReply) => Promise<Buffer> {
  return async (request, reply) => {
    const call = callOf(request)
    const { status, headers, body } = isHeld(request)
      ? await hold(upstream, call, leaving)
      : await upstream.call(call)
    reply.code(status)
    for (const name of RESPONSE_HEADERS) if (headers[name]) reply.header(name, headers[name])
    return body
  }
}

/** A call that is given up in the middle is made again, without its wish to wait: its key finds the order. */
async function hold(upstream: Upstream, call: UpstreamCall, leaving: AbortSignal): Promise<UpstreamAnswer> {
  try {
    return await upstream.call({ ...call, signal: leaving })
  } catch (error) {
    if (!leaving.aborted || !call.repeatable) throw error
    const headers = { ...call.headers, prefer: undefined }
    return upstream.call({ ...call, headers, deadline: within(SERVICE_MS) })
  }
}

function callOf({ method, raw, body, headers: sent, trace }: FastifyRequest): UpstreamCall {
  const headers: UpstreamCall['headers'] = { traceparent: trace.traceparent, 'x-request-id': trace.requestId }
  for (const name of REQUEST_HEADERS) if (sent[name]) headers[name] = String(sent[name])
  return {
    method: method as UpstreamCall['method'],
    path: raw.url ?? '/',
    headers,
    ...(Buffer.isBuffer(body) && { body }),
    repeatable: method !== 'POST' || sent['idempotency-key'] !== undefined,
    deadline: within(SERVICE_MS + preferredWait(sent.prefer) * 1000),
  }
}
