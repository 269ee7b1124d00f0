import type { Attributes, Span } from '@opentelemetry/api'

export type { Span } from '@opentelemetry/api'

/** Whether spans are wanted, and how many, by OpenTelemetry's own variables. */
export interface TracingConfig {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string
  OTEL_TRACES_SAMPLER_ARG?: number
}

export interface SpanOptions {
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  /** A W3C traceparent, or a span of this process. Without a valid one a new trace begins. */
  parent?: string | Span
  attributes?: Attributes
  /** Other spans that this one has to do with. */
  links?: Span[]
  /** When it began, as `now()` tells it; default now. */
  startedAt?: number
}

/** Spans of this process, sent to an OpenTelemetry collector. */
export interface Tracing {
  begin(name: string, options: SpanOptions): Span
  /** Ends a span. Of an error only its code or name is told: its message may hold what nobody else may read. */
  end(span: Span, error?: unknown): void
  /** Runs `work`, and whatever it goes on to do later, with this span as the current one. */
  within<T>(span: Span, work: () => T): T
  current(): Span | undefined
  /** Puts a span around `work`, below the current one; without a current one, none. */
  around<T>(name: string, work: () => Promise<T>): Promise<T>
  /** Milliseconds since 1970, to the microsecond. */
  now(): number
  /** Say there when spans cannot be sent. */
  logTo(log: TracingLog): void
  /** Sends what is left; gives up after a second. */
  stop(): Promise<void>
}

export interface TracingLog {
  info(message: string): void
  warn(details: object, message: string): void
}

/** Undefined unless spans are wanted: what is not wanted is not even loaded. It is set before the app is built. */
export let tracing: Tracing | undefined

/** @param service the name of this process in the traces */
export async function startTracing(
  service: string,
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: share = 1 }: TracingConfig,
): Promise<void> {
  if (!endpoint) return
  const { createTracing } = await import('./tracing-otel.ts')
  tracing = createTracing(service, endpoint, share)
}

/** A span as those who continue its trace are told of it. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}
