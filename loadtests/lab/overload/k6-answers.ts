import { readFile } from 'node:fs/promises'
import type { Latency } from '../capacity/probe.ts'
import type { LoadFigures } from '../compare/k6-summary.ts'
import type { Scenario } from '../compare/scenarios.ts'
import type { Offer } from './result.ts'
import { PATIENCE_SECONDS, QUICK_MS } from './rules.ts'

const EXAMPLES = 3

/** @param run what the idempotency keys of the orders begin with */
export const overloadScenario = (run: string): Scenario => ({
  name: 'overload',
  script: '6-overload.ts',
  title: 'Overload: orders of one to three lines, at more than the shop can take',
  rates: [],
  work: 'orders',
  unit: 'good order',
  latencies: [
    { id: 'accepted', title: 'Latency to accept', metric: 'order_accepted_ms' },
    { id: 'refused', title: 'Latency to refuse', metric: 'order_refused_ms' },
  ],
  env: () => ({
    RUN: run,
    PATIENCE: String(PATIENCE_SECONDS),
    QUICK_MS: String(QUICK_MS),
    CUSTOMERS: '500',
  }),
})

/** What buyers saw. */
export type Seen = Omit<
  Offer,
  'ratePerSecond' | 'seconds' | 'orders' | 'goodputPerSecond' | 'cores' | 'company'
>

/** What buyers saw, the iterations that got no answer, and when the first was due, in milliseconds since 1970. */
export type Answers = { seen: Seen; lost: Set<number>; startedAt: number }

type Metrics = Record<string, { count?: number }>

/**
 * Reads what the script left.
 * @param dir where k6's log and summary are
 * @throws Error when not one iteration began
 */
export async function readAnswers(dir: string, figures: LoadFigures): Promise<Answers> {
  const summary = JSON.parse(await readFile(`${dir}/k6-summary.json`, 'utf8')) as { metrics: Metrics }
  return answersOf(summary.metrics, await readFile(`${dir}/k6.log`, 'utf8'), figures)
}

/** @param log the script's own lines, among others: `started <ms>`, `lost <iteration>`, `wrong <status> <body>` */
export function answersOf(metrics: Metrics, log: string, figures: LoadFigures): Answers {
  const of = (name: string) => metrics[name]?.count ?? 0
  const told = (word: string) =>
    log
      .split('\n')
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => line.slice(word.length + 1))
  const [startedAt] = told('started').map(Number)
  if (startedAt === undefined) throw new Error(`k6 started no iteration: ${log.trim().split('\n').at(-1)}`)
  return {
    startedAt,
    lost: new Set(told('lost').map(Number)),
    seen: {
      offered: figures.iterations + figures.droppedIterations,
      notSent: figures.droppedIterations,
      accepted: of('orders_answered'),
      acceptedLatency: latencyOf(figures, 'accepted'),
      refused: of('orders_refused'),
      refusedQuickly: of('orders_refused_quickly'),
      refusedWithoutRetryAfter: of('orders_refused_without_retry_after'),
      refusedLatency: latencyOf(figures, 'refused'),
      rateLimited: of('orders_rate_limited'),
      soldOut: of('orders_sold_out'),
      gaveUp: of('buyers_gave_up'),
      notConnected: of('buyers_not_connected'),
      wrong: { count: of('answers_wrong'), examples: told('wrong').slice(0, EXAMPLES) },
    },
  }
}

function latencyOf({ latencies }: LoadFigures, id: string): Latency {
  const { count, percentiles } = latencies[id]!
  const of = (percentile: number) => percentiles.find((it) => it.percentile === percentile)!.ms
  return count === 0 ? null : { p50Ms: of(50), p99Ms: of(99) }
}
