import type { Options } from './options.ts'
import type { Round } from './result.ts'

const MOST_FAILED = 0.01
/** Of the CPU time that k6 could have used. Above it, requests wait in k6, and their wait looks like the shop's. */
const MOST_OF_K6 = 0.8
/** Of all that the machine could do. */
const MOST_COMPANY = 0.05
const LATEST_MS = 10

/** What can make a round say nothing; `--tolerate` takes these names. */
export const VOIDS = [
  'nothing',
  'dropped',
  'failed',
  'thresholds',
  'k6-cpu',
  'k6-late',
  'orders',
  'company',
  'budget',
  'unsteady',
] as const
export type VoidKind = (typeof VOIDS)[number]

/**
 * Why the figures of a round say nothing: a sentence each; none when they do say something.
 * @param breaches of the CPU budget, a sentence each
 */
export function voidsOf(
  round: Omit<Round, 'void'>,
  breaches: string[],
  { tolerate, scenario }: Pick<Options, 'tolerate' | 'scenario'>,
): string[] {
  const { load, work, otherCpuShare, k6CpuShare, orders } = round
  const found: [VoidKind, boolean, string][] = [
    ['nothing', work === 0, `not one ${scenario.unit} was counted`],
    [
      'dropped',
      load.droppedIterations > 0,
      `k6 dropped ${load.droppedIterations} iterations, so it offered less than the rate`,
    ],
    [
      'failed',
      load.requests === 0 || load.failedRequests / load.requests > MOST_FAILED,
      `${load.failedRequests} of ${load.requests} requests failed`,
    ],
    [
      'thresholds',
      load.thresholdsCrossed.length > 0,
      `k6 thresholds were crossed (${load.thresholdsCrossed.join('; ')})`,
    ],
    [
      'k6-cpu',
      (k6CpuShare ?? 0) > MOST_OF_K6,
      `k6 was short of CPU: it used ${percent(k6CpuShare ?? 0)} of what it may use`,
    ],
    [
      'k6-late',
      p99(round) > LATEST_MS,
      `k6 was late: one iteration in a hundred began ${p99(round).toFixed(0)} ms or more after it was due`,
    ],
    [
      'orders',
      orders !== null &&
        (orders.stored < orders.answered || orders.stored > orders.answered + orders.unknown),
      `k6 was told of ${orders?.answered} orders, ${orders?.unknown} calls had no answer, and the database has ${orders?.stored}`,
    ],
    [
      'company',
      otherCpuShare > MOST_COMPANY,
      `other programs, or the host, took ${percent(otherCpuShare)} of this machine's CPU time`,
    ],
    ['budget', breaches.length > 0, `the CPU budget was not kept: ${breaches.join('; ')}`],
    ...Object.entries(load.cut).map(([id, cut]): [VoidKind, boolean, string] => [
      'unsteady',
      cut === null,
      `the latency "${id}" did not become steady`,
    ]),
  ]
  return found.flatMap(([kind, isVoid, why]) => (isVoid && !tolerate.includes(kind) ? [why] : []))
}

const p99 = ({ load }: Pick<Round, 'load'>) =>
  load.startedLate.percentiles.find(({ percentile }) => percentile === 99)!.ms

const percent = (share: number) => `${(share * 100).toFixed(0)}%`
