import type { IncomingMessage } from '@shop/messaging/message.ts'
import { traceHandling, tracePublishing, traceTaking } from '@shop/messaging/tracing.ts'
import type { Tracing } from '@shop/shared/runtime/tracing.ts'
import { createTracing } from '@shop/shared/runtime/tracing-otel.ts'
import type { Span } from '../loadtests/lab/trace/otlp.ts'
import { type Receiver, startReceiver } from '../loadtests/lab/trace/receiver.ts'

const parentOf = (digit: string) => ({ traceId: digit.repeat(32), id: digit.repeat(16) })
const traceparentOf = (digit: string, flags = '01') => {
  const { traceId, id } = parentOf(digit)
  return `00-${traceId}-${id}-${flags}`
}
const message = (digit: string, flags?: string) => ({
  id: `id-${digit}`,
  topic: 'order.placed',
  trace: { traceparent: traceparentOf(digit, flags), requestId: digit },
})
const incoming = (digit: string, flags?: string): IncomingMessage<null> => ({
  ...message(digit, flags),
  event: null,
})
const outgoing = (digit: string) => ({ ...message(digit), payload: '{}' })

describe('messages that are worked on together', () => {
  let receiver: Receiver
  let tracing: Tracing
  beforeEach(async () => {
    receiver = await startReceiver()
    tracing = createTracing('service', receiver.url, 1)
  })
  afterEach(() => receiver.close())

  /** The spans that were sent, once all have been. */
  async function sent(): Promise<Span[]> {
    await tracing.stop()
    return receiver.spans
  }
  const statement = () => tracing.around('statement', async () => undefined)

  it('are handled each in its own trace, with the work below the first, to which the others have a link', async () => {
    let seen: string[] = []
    const handle = traceHandling<null>(
      'queue',
      async (messages) => {
        seen = messages.map(({ trace }) => trace.traceparent)
        await statement()
      },
      tracing,
    )
    await handle([incoming('a'), incoming('b')])
    const [work, first, second] = await sent()
    expect(first).toMatchObject({ traceId: parentOf('a').traceId, parent: parentOf('a').id, links: [] })
    expect(second).toMatchObject({ traceId: parentOf('b').traceId, parent: parentOf('b').id })
    expect(second!.links).toEqual([first!.id])
    expect(work).toMatchObject({ name: 'statement', traceId: first!.traceId, parent: first!.id })
    expect(first!.attributes['messaging.batch.message_count']).toBe(2)
    // What is said because of a message continues its span.
    expect(seen).toEqual([first, second].map((span) => `00-${span!.traceId}-${span!.id}-01`))
  })

  it('are handled below the first that is recorded', async () => {
    await traceHandling<null>('queue', statement, tracing)([incoming('a', '00'), incoming('b')])
    const spans = await sent()
    expect(spans.map(({ name, traceId }) => [name, traceId])).toEqual([
      ['statement', parentOf('b').traceId],
      ['process order.placed', parentOf('b').traceId],
    ])
  })

  it('fail each, and tell the code of the failure, not its words', async () => {
    const fail = () => Promise.reject(Object.assign(new Error('ada’s order is broken'), { code: '23505' }))
    await expect(traceHandling<null>('queue', fail, tracing)([incoming('a'), incoming('b')])).rejects.toThrow(
      'broken',
    )
    const spans = await sent()
    expect(spans.map(({ failed, attributes }) => [failed, attributes['error.type']])).toEqual([
      [true, '23505'],
      [true, '23505'],
    ])
    expect(JSON.stringify(spans)).not.toContain('ada')
  })

  it('are published each with its own span, of which its headers tell', async () => {
    const told: string[] = []
    const publish = tracePublishing('events', async ({ trace }) => void told.push(trace.traceparent), tracing)
    await Promise.all([outgoing('a'), outgoing('b')].map(publish))
    const spans = await sent()
    expect(spans.map(({ parent }) => parent)).toEqual([parentOf('a').id, parentOf('b').id])
    expect(told).toEqual(spans.map(({ traceId, id }) => `00-${traceId}-${id}-01`))
  })

  it('tell of a message that the broker does not keep', async () => {
    const refuse = () => Promise.reject(new Error('no queue wants it'))
    await expect(tracePublishing('events', refuse, tracing)(outgoing('a'))).rejects.toThrow('no queue')
    expect(await sent()).toEqual([expect.objectContaining({ name: 'send order.placed', failed: true })])
  })

  it('are taken out of the outbox by one statement, of which each trace tells', async () => {
    await traceTaking(async () => [outgoing('a'), outgoing('b')], tracing)()
    const spans = await sent()
    expect(spans.map(({ name, parent }) => [name, parent])).toEqual([
      ['take-unsent', parentOf('a').id],
      ['take-unsent', parentOf('b').id],
    ])
  })
})
