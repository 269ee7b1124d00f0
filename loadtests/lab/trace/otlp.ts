/** What a span stands for, as OpenTelemetry numbers it from 1. */
const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const

/** A span as the lab works with it. Times are milliseconds since 1970, to the microsecond. */
export type Span = {
  traceId: string
  id: string
  /** The span that it lies below; undefined where its trace begins. */
  parent?: string
  name: string
  kind: (typeof KINDS)[number]
  /** The process that it comes from, by `service.name`. */
  service: string
  start: number
  end: number
  attributes: Record<string, string | number | boolean>
  /** Ids of spans that it has to do with. */
  links: string[]
  failed: boolean
}

type Value = { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean }
type Attribute = { key: string; value: Value }
type WireSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: Attribute[]
  links?: { spanId: string }[]
  status?: { code?: number }
}

/** The body of a request to `/v1/traces`, as far as it is read here. */
export type ExportRequest = {
  resourceSpans?: {
    resource?: { attributes?: Attribute[] }
    scopeSpans?: { spans?: WireSpan[] }[]
  }[]
}

const ERROR = 2

/** All spans of an OTLP request in JSON (OpenTelemetry Protocol 1.x, section "JSON Protobuf Encoding"). */
export function readSpans({ resourceSpans = [] }: ExportRequest): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = String(valuesOf(resource?.attributes)['service.name'] ?? 'unknown')
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => toSpan(span, service)))
  })
}

const toSpan = (span: WireSpan, service: string): Span => ({
  traceId: span.traceId,
  id: span.spanId,
  ...(span.parentSpanId && { parent: span.parentSpanId }),
  name: span.name,
  kind: KINDS[span.kind - 1] ?? 'internal',
  service,
  start: milliseconds(span.startTimeUnixNano),
  end: milliseconds(span.endTimeUnixNano),
  attributes: valuesOf(span.attributes),
  links: (span.links ?? []).map(({ spanId }) => spanId),
  failed: span.status?.code === ERROR,
})

/** Nanoseconds since 1970 are more than a number can hold; microseconds are not. */
const milliseconds = (nanoseconds: string) => Number(BigInt(nanoseconds) / 1_000n) / 1_000

const valuesOf = (attributes: Attribute[] = []): Span['attributes'] =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue),
    ]),
  )
