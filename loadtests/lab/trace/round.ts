import type { Budget } from '../budget/budget.ts'
import { UserError } from '../infra/user-error.ts'
import type { StackName } from '../stacks/start.ts'
import { type Bench, startBench } from './bench.ts'
import { type LoadOptions, loadSubject } from './load.ts'
import { orderAt, ordersOf, type TracedOrder, withBatches } from './orders.ts'

/** Of the orders by their latency, those that are shown. */
export const PERCENTILES = [50, 99] as const
const WARM_UP_SECONDS = 3

/** What a round with spans showed of one stack. */
export type StackTrace = {
  stack: StackName
  /** Orders that were followed until they had settled, and traces that did not arrive whole. */
  orders: number
  incomplete: number
  picks: Pick[]
  /** What was not in order when the stack was stopped, a sentence each. */
  complaints: string[]
}

/** The order at a percentile of the latency to settle. */
export type Pick = { percentile: (typeof PERCENTILES)[number]; order: TracedOrder }

export type TraceOptions = LoadOptions & { stacks: StackName[]; budget: Budget }

/**
 * Loads each stack for a round of its own, with a span for all that it does, and picks the orders at the median and at p99.
 * @param say is told what is under way
 * @throws UserError when something does not start, or no order came through
 */
export async function traceRound(
  { stacks, budget, ...load }: TraceOptions,
  say: (what: string) => void = () => {},
): Promise<StackTrace[]> {
  const traces: StackTrace[] = []
  for (const name of stacks) {
    say(`starting the ${name} with spans`)
    const bench = await startBench(name, { seed: load.seed, budget, withPlain: false })
    say(`following orders through the ${name}, ${load.seconds} s`)
    traces.push(await traceBench(bench, load))
  }
  return traces
}

/** Follows orders through the bench's stack with spans, and stops the bench, by which the last spans arrive. */
export async function traceBench(bench: Bench, load: LoadOptions): Promise<StackTrace> {
  let startedAt = 0
  let complaints: string[] = []
  try {
    await warmUp(bench, load)
    startedAt = Date.now()
    bench.receiver.spans.length = 0
    await loadSubject(bench, bench.traced, load)
  } finally {
    complaints = await bench.stop()
  }
  return { ...pickFrom(bench, startedAt), complaints }
}

/** Just-in-time compilation is not what is to be shown. */
const warmUp = (bench: Bench, load: LoadOptions) =>
  loadSubject(bench, bench.traced, { ...load, seconds: WARM_UP_SECONDS, seed: load.seed + 1 })

function pickFrom({ name, receiver }: Bench, since: number): Omit<StackTrace, 'complaints'> {
  const { orders, incomplete } = ordersOf(receiver.spans, since)
  if (orders.length === 0) {
    const failure = new UserError(
      `No order of the ${name} could be followed until it had settled (${incomplete} traces did not arrive whole). Is the rate more than this machine can take?`,
    )
    failure.exitCode = 1
    throw failure
  }
  const picks = PERCENTILES.map((percentile) => ({
    percentile,
    order: withBatches(orderAt(orders, percentile), receiver.spans),
  }))
  return { stack: name, orders: orders.length, incomplete, picks }
}
