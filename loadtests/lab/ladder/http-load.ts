import type { OrderCounts } from '../audit/answered.ts'
import { runK6 } from '../compare/k6-run.ts'
import { type Scenario, scenarios } from '../compare/scenarios.ts'
import type { LoadName } from './rungs.ts'

const READ: Scenario = {
  name: 'read',
  script: '../rungs/k6-read.ts',
  title: 'Read: one product after another',
  rates: [100],
  work: 'iterations',
  unit: 'read',
  latencies: [{ id: 'read', title: 'Latency to read', metric: 'product_read_ms' }],
}
const CHECKOUT = scenarios.find(({ name }) => name === 'checkout')!

/** What k6 saw of a load. */
export type HttpFigures = {
  /** Iterations that k6 ended. */
  done: number
  dropped: number
  requests: number
  failed: number
  p50Ms: number
  orders: OrderCounts
}

type HttpLoad = { load: LoadName; url: string; secret: string; rate: number; seconds: number; seed: number }

/** Runs k6 once. @param dir for its log and summary, @param onStart is told its process id */
export async function runHttpLoad(
  { load, ...rest }: HttpLoad,
  dir: string,
  onStart?: (pid: number) => void,
): Promise<HttpFigures> {
  const scenario = load === 'checkout' ? CHECKOUT : READ
  const { latencies, ...figures } = await runK6({ scenario, ...rest }, dir, onStart)
  const median = latencies[scenario.latencies[0]!.id]!.percentiles.find((it) => it.percentile === 50)!
  return {
    done: figures.iterations,
    dropped: figures.droppedIterations,
    requests: figures.requests,
    failed: figures.failedRequests,
    p50Ms: median.ms,
    // Any request that failed may have been an order.
    orders: { answered: figures.ordersAnswered, lost: load === 'checkout' ? figures.failedRequests : 0 },
  }
}

export const addCounts = (a: OrderCounts, b: OrderCounts): OrderCounts => ({
  answered: a.answered + b.answered,
  lost: a.lost + b.lost,
})
