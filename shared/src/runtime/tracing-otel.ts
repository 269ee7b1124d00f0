import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Tracing } from './tracing.ts'
import { createExporter } from './tracing-exporter.ts'

/** How long spans are kept before they are sent, in milliseconds. */
const SEND_EVERY_MS = 1_000
/** How long a process that stops waits for its last spans to be sent, in milliseconds. */
const STOP_MS = 1_000
/** Of a path, say, that somebody made up. */
const LONGEST_VALUE = 512

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
}

/**
 * @param endpoint base URL of a collector that takes OTLP over HTTP
 * @param share of the traces that begin here, from 0 to 1; those that come in are recorded if their caller's part was
 */
export function createTracing(service: string, endpoint: string, share: number): Tracing {
  const exporter = createExporter(endpoint)
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'process.pid': process.pid }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: SEND_EVERY_MS })],
  })
  const tracer = provider.getTracer('one-shop-twice')
  const storage = new AsyncLocalStorage<Span>()

  const begin: Tracing['begin'] = (name, { kind, parent, attributes, links = [], startedAt = now() }) => {
    const startTime = startedAt
    const linked = links.map((span) => ({ context: span.spanContext() }))
    return tracer.startSpan(
      name,
      { kind: KINDS[kind], attributes, links: linked, startTime },
      contextOf(parent),
    )
  }

  function end(span: Span, error?: unknown): void {
    if (error) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', typeOf(error))
    span.end(now())
  }

  async function around<T>(name: string, work: () => Promise<T>): Promise<T> {
    const parent = storage.getStore()
    if (!parent) return work()
    const span = begin(name, { kind: 'internal', parent })
    try {
      const result = await storage.run(span, work)
      end(span)
      return result
    } catch (error) {
      end(span, error)
      throw error
    }
  }

  return {
    begin,
    end,
    around,
    now,
    within: (span, work) => storage.run(span, work),
    current: () => storage.getStore(),
    logTo: exporter.logTo,
    async stop() {
      // A collector that is away, or hangs, must not hold up the process.
      const late = delay(STOP_MS, undefined, { ref: false })
      await Promise.race([provider.shutdown().catch(() => undefined), late])
    },
  }
}

function contextOf(parent: string | Span | undefined): Context {
  if (typeof parent === 'object') return trace.setSpan(ROOT_CONTEXT, parent)
  const caller = parseTraceParent(parent ?? '')
  return caller ? trace.setSpanContext(ROOT_CONTEXT, { ...caller, isRemote: true }) : ROOT_CONTEXT
}

const typeOf = (error: unknown) => {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return String(code ?? name ?? 'unknown')
}

/** Drift beyond this, in milliseconds, is made good: the system's clock was set, or is being pulled. */
const MOST_DRIFT_MS = 5
let origin = performance.timeOrigin

/** The SDK's own clock tells the start of a span to the millisecond only, which is as long as many a statement takes. */
function now(): number {
  const drift = Date.now() - (origin + performance.now())
  if (Math.abs(drift) > MOST_DRIFT_MS) origin += drift
  return origin + performance.now()
}
