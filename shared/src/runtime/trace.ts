import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** What follows one request through HTTP, outbox, messages and log lines. */
export interface Trace {
  /** W3C Trace Context: `00-<32 hex trace id>-<16 hex span id>-<2 hex flags>`. */
  traceparent: string
  requestId: string
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/

export const isTraceparent = (it: unknown): it is string => typeof it === 'string' && TRACEPARENT.test(it)
export const isRequestId = (it: unknown): it is string => typeof it === 'string' && REQUEST_ID.test(it)

/** The trace that a caller sent, with a span of our own; a malformed or missing one is replaced. */
export function traceFrom(headers: IncomingHttpHeaders): Trace {
  const sent = headers.traceparent
  const requestId = headers['x-request-id']
  return {
    traceparent: isTraceparent(sent) ? nextSpan(sent) : newTrace(),
    requestId: isRequestId(requestId) ? requestId : randomUUID(),
  }
}

/** The trace of a request, made when it is first asked for. */
export function traceOf(raw: IncomingMessage & { trace?: Trace }): Trace {
  raw.trace ??= traceFrom(raw.headers)
  return raw.trace
}

/** The 32 hex digits that all spans of one trace share. */
export const traceId = (traceparent: string): string => traceparent.slice(3, 35)

const newTrace = () => `00-${hex()}-${hex().slice(-16)}-01`

const nextSpan = (traceparent: string) => traceparent.slice(0, 36) + hex().slice(-16) + traceparent.slice(52)

/** 32 random hex digits. UUIDs come from a buffer that Node fills once for many: cheaper than asking for bytes. */
const hex = () => randomUUID().replaceAll('-', '')

/** The names that these two have in log lines. */
export const traceBindings = ({ traceparent, requestId }: Trace) => ({
  trace_id: traceId(traceparent),
  request_id: requestId,
})
