import type { Entry, SeenOrder } from '../faults/history/history.ts'

/** An order that was asked for. */
export type Placed = {
  key: string
  subject: string
  lines: { sku: string; quantity: number }[]
  /** What its answers showed. */
  orders: SeenOrder[]
  /** The problem by which it was refused for good. */
  refusal?: string
}

/** An order in an answer, with the moments of the request. */
export type Answered = SeenOrder & { sentAt: number; endedAt: number }

export type Restocked = {
  key: string
  sku: string
  quantity: number
  /** `unknown`: no definite answer came; it happened or did not. */
  outcome: 'done' | 'refused' | 'unknown'
}

/** What clients did and saw, sorted by what it says. */
export type HistoryReading = {
  placed: Placed[]
  answered: Answered[]
  /** Answers to calls for an order that was known to exist. */
  lookedFor: { orderId: string; problem?: string }[]
  cancelled: { orderId: string }[]
  /** Orders for which a cancel was sent, answered or not. */
  cancelsSent: Set<string>
  restocked: Restocked[]
  available: number[]
}

/** Statuses that say that nothing was done, and that the same request will never do anything. */
const isRefusal = (status: number, problem?: string) =>
  status >= 400 && status < 500 && status !== 429 && !KEPT.has(problem ?? '')
/** Problems of an order that is there. */
const KEPT = new Set(['out-of-stock', 'order-rejected'])

export function readHistory(entries: Entry[]): HistoryReading {
  const of = (endpoint: string) => entries.filter(({ operation }) => operation.endpoint === endpoint)
  const all = entries.flatMap(answersOf)
  return {
    placed: of('placeOrder').map(readPlaced),
    answered: all.flatMap(({ orders = [], sentAt, endedAt }) =>
      orders.map((order) => ({ ...order, sentAt, endedAt })),
    ),
    lookedFor: [...of('getOrder'), ...of('cancelOrder')].flatMap((entry) =>
      answersOf(entry).map(({ problem }) => ({ orderId: entry.orderId!, problem })),
    ),
    cancelled: of('cancelOrder')
      .filter((entry) => answersOf(entry).some(({ status }) => status === 200))
      .map(({ orderId }) => ({ orderId: orderId! })),
    cancelsSent: new Set(of('cancelOrder').flatMap(({ orderId }) => orderId ?? [])),
    restocked: of('restockProduct').map(readRestocked),
    available: all.flatMap(({ available }) => available ?? []),
  }
}

function answersOf({ attempts }: Entry) {
  return attempts.flatMap(({ outcome, sentAt, endedAt = sentAt }) =>
    outcome?.kind === 'answered' ? [{ ...outcome, sentAt, endedAt }] : [],
  )
}

function readPlaced(entry: Entry): Placed {
  const { key, subject, lines } = entry.operation
  const answers = answersOf(entry)
  return {
    key: key!,
    subject,
    lines: lines!,
    orders: answers.flatMap(({ orders = [] }) => orders),
    refusal: answers.find(({ status, problem }) => isRefusal(status, problem))?.problem,
  }
}

function readRestocked(entry: Entry): Restocked {
  const { key, sku, quantity } = entry.operation
  const answers = answersOf(entry)
  const outcome = answers.some(({ status }) => status < 300)
    ? 'done'
    : answers.some(({ status, problem }) => isRefusal(status, problem))
      ? 'refused'
      : 'unknown'
  return { key: key!, sku: sku!, quantity: quantity!, outcome }
}
