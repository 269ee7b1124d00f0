import { randomNumbers, seedOf } from '../../random.ts'
import type { Endpoint } from '../result.ts'

/** How much is asked of a stack, and for how long. */
export type LoadOptions = {
  /** Arrivals per second. */
  rate: number
  /** How long operations arrive, in milliseconds. */
  durationMs: number
  /** How long an operation may take with all its retries, in milliseconds. */
  deadlineMs: number
  /** How often each endpoint is called, in parts of 100. Default: `MIX`. */
  mix?: [Endpoint, number][]
  /** Value of `Prefer` of every order. Default: of every other one, `wait=2`. */
  prefer?: string
  /** Share of orders that are an earlier one again, under its key, once that was answered. Default 0. */
  repeats?: number
}

export const DEFAULT_LOAD: LoadOptions = { rate: 40, durationMs: 6_000, deadlineMs: 15_000 }

/** The catalogue is small and short, so that products run out now and then. */
export const CATALOGUE = { products: 8, stockEach: 40 }

export const CUSTOMERS = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn']
/** Who reports deliveries of goods. */
export const RESTOCKER = 'root'

export type OrderLine = { sku: string; quantity: number }

/** One thing that a client wants. Its number is its place in the schedule. */
export type Operation = {
  op: number
  /** When it arrives, in milliseconds since the load began. */
  atMs: number
  endpoint: Endpoint
  /** Who calls; the admin for a restock. */
  subject: string
  key?: string
  /** Value of the header `Prefer`. */
  prefer?: string
  lines?: OrderLine[]
  sku?: string
  quantity?: number
  /** The number of the operation whose order is meant, or asked for again. */
  of?: number
}

/** How often each endpoint is called, in parts of 100. */
const MIX: [Endpoint, number][] = [
  ['placeOrder', 52],
  ['cancelOrder', 14],
  ['restockProduct', 6],
  ['getOrder', 10],
  ['getProduct', 8],
  ['listProducts', 5],
  ['listOrders', 5],
]
/** An operation on an order means one of so many latest ones: near enough to overtake it now and then. */
const LATEST = 12

/**
 * Makes the whole schedule of a run. The same seed makes the same one, whatever the stack answers.
 * @param skus what is ordered
 */
export function makeSchedule(seed: number, load: LoadOptions, skus: string[]): Operation[] {
  const { rate, durationMs, mix = MIX, repeats = 0 } = load
  const random = randomNumbers(seedOf(seed, 'schedule'))
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <T>(from: readonly T[]) => from[below(from.length)]!
  const orders: Operation[] = []

  const detailsOf = (endpoint: Endpoint, op: number): Partial<Operation> => {
    const key = `load-${seed}-${op}`
    if (endpoint === 'placeOrder') {
      const lines = drawLines(skus, below)
      const { prefer = random() < 0.5 ? 'wait=2' : undefined } = load
      return { key, lines, ...(prefer && { prefer }) }
    }
    if (endpoint === 'restockProduct')
      return { subject: RESTOCKER, key, sku: pick(skus), quantity: 5 + below(20) }
    if (endpoint === 'getProduct') return { sku: pick(skus) }
    if (endpoint === 'cancelOrder' || endpoint === 'getOrder') {
      const meant = pick(orders.slice(-LATEST))
      return { subject: meant.subject, of: meant.op }
    }
    return {}
  }

  const schedule: Operation[] = []
  // Arrivals at random moments, as those of customers who know nothing of each other.
  for (let atMs = gap(random, rate); atMs < durationMs; atMs += gap(random, rate)) {
    const op = schedule.length
    const endpoint = orders.length === 0 ? 'placeOrder' : drawEndpoint(mix, random())
    const isRepeat = endpoint === 'placeOrder' && orders.length > 0 && repeats > 0 && random() < repeats
    const operation = isRepeat
      ? repeat(pick(orders.slice(-LATEST)), op, atMs)
      : { op, atMs, endpoint, subject: pick(CUSTOMERS), ...detailsOf(endpoint, op) }
    schedule.push(operation)
    if (endpoint === 'placeOrder' && !isRepeat) orders.push(operation)
  }
  return schedule
}

/** The same order under the same key: whoever has lost an answer asks so. */
const repeat = (
  { subject, key, lines, op: of, endpoint }: Operation,
  op: number,
  atMs: number,
): Operation => ({
  op,
  atMs,
  endpoint,
  subject,
  key,
  lines,
  of,
})

/** Milliseconds to the next arrival of a Poisson process. */
const gap = (random: () => number, rate: number) => (-Math.log(1 - random()) * 1000) / rate

function drawEndpoint(mix: [Endpoint, number][], drawn: number): Endpoint {
  let sum = 0
  for (const [endpoint, parts] of mix) {
    sum += parts
    if (drawn * 100 < sum) return endpoint
  }
  return mix[0]![0]
}

/** One to three lines for different products. */
function drawLines(skus: string[], below: (limit: number) => number): OrderLine[] {
  const left = [...skus]
  return Array.from({ length: 1 + below(3) }, () => ({
    sku: left.splice(below(left.length), 1)[0]!,
    quantity: 1 + below(4),
  }))
}
