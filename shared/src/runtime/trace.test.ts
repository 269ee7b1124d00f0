import { traceBindings, traceFrom, traceId } from './trace.ts'

const sent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

describe('the trace of a request', () => {
  it('stays in the trace that the caller sent, with a span of its own', () => {
    const { traceparent } = traceFrom({ traceparent: sent })
    expect(traceparent).toMatch(TRACEPARENT)
    expect(traceId(traceparent)).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(traceparent.slice(36, 52)).not.toBe('00f067aa0ba902b7')
    expect(traceparent.slice(52)).toBe('-01')
  })

  it('keeps the caller’s wish not to be sampled', () => {
    expect(traceFrom({ traceparent: sent.replace(/01$/, '00') }).traceparent).toMatch(/-00$/)
  })

  it.each([
    undefined,
    '',
    sent.toUpperCase(),
    `01${sent.slice(2)}`,
    `${sent}-x`,
    sent.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
    sent.replace('00f067aa0ba902b7', '0'.repeat(16)),
  ])('begins anew where %s was sent', (traceparent) => {
    const trace = traceFrom({ traceparent })
    expect(trace.traceparent).toMatch(TRACEPARENT)
    expect(traceId(trace.traceparent)).not.toBe(traceId(sent))
    expect(traceId(trace.traceparent)).not.toBe(traceId(traceFrom({ traceparent }).traceparent))
  })

  it('keeps a request id that is fit for a log line, and replaces any other', () => {
    expect(traceFrom({ 'x-request-id': 'page:7.a_b-C' }).requestId).toBe('page:7.a_b-C')
    for (const bad of ['', 'a b', 'a\nb', '{"a":1}', 'x'.repeat(129)]) {
      expect(traceFrom({ 'x-request-id': bad }).requestId).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('is named alike in every log line', () => {
    expect(traceBindings({ traceparent: sent, requestId: 'r' })).toEqual({
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      request_id: 'r',
    })
  })
})
