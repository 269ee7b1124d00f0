import type { Span } from './otlp.ts'

const PLACED = 'POST /orders'
const SETTLED = 201

/** An order whose buyer waited until it had settled, as its trace shows it. */
export type TracedOrder = {
  traceId: string
  /** From the first process's request to its answer. */
  settledMs: number
  /** The first is the one that the others lie below; the others by their start. */
  spans: Span[]
}

/** @param incomplete traces with a span whose parent did not arrive, or without the first */
export type TracedOrders = { orders: TracedOrder[]; incomplete: number }

/**
 * The orders that were placed since a moment, in milliseconds since 1970, and answered once they had settled; the fastest
 * first.
 */
export function ordersOf(spans: readonly Span[], since: number): TracedOrders {
  const traces = [...Map.groupBy(spans, ({ traceId }) => traceId).values()]
  const placed = traces.map(rootFirst).filter((trace) => trace[0]!.start >= since && hasPlaced(trace))
  const complete = placed.filter(isComplete)
  const orders = complete.filter(([root]) => root!.attributes['http.response.status_code'] === SETTLED)
  return {
    orders: orders.map(toOrder).sort((a, b) => a.settledMs - b.settledMs),
    incomplete: placed.length - complete.length,
  }
}

/** The order at a percentile by nearest rank, from 0 to 100. @param orders the fastest first, at least one */
export function orderAt(orders: readonly TracedOrder[], percentile: number): TracedOrder {
  return orders[Math.max(0, Math.ceil((percentile / 100) * orders.length) - 1)]!
}

/**
 * Adds to an order what was done for a whole batch of messages, and so lies in the trace of another message in it. Its spans
 * are put below the order's own span of that batch.
 */
export function withBatches(order: TracedOrder, all: readonly Span[]): TracedOrder {
  const borrowed = order.spans.flatMap(({ id, links }) =>
    links.flatMap((link) =>
      below(link, all).map((span) => (span.parent === link ? { ...span, parent: id } : span)),
    ),
  )
  return { ...order, spans: rootFirst([...order.spans, ...borrowed]) }
}

/** What a process did below a span, without what others went on to do because of it. */
function below(parent: string, all: readonly Span[]): Span[] {
  const own = all.filter((span) => span.parent === parent && isWork(span))
  return own.flatMap((span) => [span, ...below(span.id, all)])
}

const isWork = ({ kind, name }: Span) => kind === 'internal' || (kind === 'client' && name !== 'take-unsent')

/** By their start, but for the one without a parent: clocks of processes may differ by a trace of a millisecond. */
const rootFirst = (spans: Span[]) =>
  spans.toSorted((a, b) => Number(Boolean(a.parent)) - Number(Boolean(b.parent)) || a.start - b.start)

const hasPlaced = (trace: Span[]) => trace.some(({ name, kind }) => name === PLACED && kind === 'server')

function isComplete(trace: Span[]): boolean {
  const ids = new Set(trace.map(({ id }) => id))
  return !trace[0]!.parent && trace.slice(1).every(({ parent }) => parent && ids.has(parent))
}

const toOrder = (spans: Span[]): TracedOrder => {
  const root = spans[0]!
  return { traceId: root.traceId, settledMs: root.end - root.start, spans }
}
