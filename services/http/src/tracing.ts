import { type Tracing, traceparentOf } from '@shop/shared/runtime/tracing.ts'
import type { Replica } from './replicas.ts'
import type { UpstreamAnswer, UpstreamCall } from './upstream.ts'

type Send = (call: UpstreamCall, replica: Replica) => Promise<UpstreamAnswer>

/** Gives every call that belongs to a trace a span, each attempt one of its own, which the service continues. */
export function traceCalls(upstream: string, send: Send, tracing: Tracing): Send {
  return async (call, replica) => {
    const parent = call.headers?.traceparent
    if (!parent) return send(call, replica)
    // Without the query: somebody may have put a token into it.
    const [path] = call.path.split('?')
    const attributes = { 'http.request.method': call.method, 'url.path': path, 'peer.service': upstream }
    const span = tracing.begin(`${call.method} ${upstream}`, { kind: 'client', parent, attributes })
    try {
      const answer = await send(
        { ...call, headers: { ...call.headers, traceparent: traceparentOf(span) } },
        replica,
      )
      span.setAttribute('http.response.status_code', answer.status)
      tracing.end(span, answer.status >= 500 ? { code: answer.status } : undefined)
      return answer
    } catch (error) {
      tracing.end(span, error)
      throw error
    }
  }
}
