import { companyText, DISTURBED } from '../sample/window.ts'
import { percentileOf } from './distribution.ts'
import type { Round } from './result.ts'

const MOST_FAILED = 0.01
/** Of the CPU time that k6 could have used. Above it, requests wait in k6, and their wait looks like the shop's. */
const MOST_OF_K6 = 0.8
const LATEST_MS = 10

/** What makes a figure false: a run with such a round shows none. */
export const HARD = ['nothing', 'orders', 'budget'] as const
/** What makes a figure uncertain: the round is marked, and `--strict` leaves its block out. `--tolerate` takes these names. */
export const SOFT = ['company', 'k6-late', 'k6-cpu', 'dropped', 'failed', 'thresholds', 'unsteady'] as const
export type HardKind = (typeof HARD)[number]
export type SoftKind = (typeof SOFT)[number]

/** Something that was wrong with a round. `why` is a sentence without a full stop. */
export type Mark = { kind: HardKind | SoftKind; why: string }

export const isHard = ({ kind }: Mark): boolean => HARD.includes(kind as HardKind)

/** Whether a round was disturbed by something that is not tolerated. */
export const isDisturbed = ({ marks }: Pick<Round, 'marks'>, tolerate: readonly SoftKind[] = []): boolean =>
  marks.some((mark) => !isHard(mark) && !tolerate.includes(mark.kind as SoftKind))

/** What is looked at. */
type Judged = Pick<Round, 'load' | 'work' | 'company' | 'k6CpuShare' | 'orders'>

/**
 * All that was wrong with a round, whether it is tolerated or not, so that it can be judged again.
 * @param breaches of the CPU budget, a sentence each
 * @param unit one piece of the round's work, in words
 */
export function marksOf(round: Judged, breaches: string[], unit: string): Mark[] {
  const { load, work, company, k6CpuShare, orders } = round
  const lateMs = percentileOf(load.startedLate, 99)
  const found: [Mark['kind'], boolean, string][] = [
    ['nothing', work === 0, `not one ${unit} was counted`],
    [
      'orders',
      orders !== null &&
        (orders.stored < orders.answered || orders.stored > orders.answered + orders.unknown),
      `k6 was told of ${orders?.answered} orders, ${orders?.unknown} calls had no answer, and the database has ${orders?.stored}`,
    ],
    ['budget', breaches.length > 0, `the CPU budget was not kept: ${breaches.join('; ')}`],
    ['company', company.share >= DISTURBED, companyText(company)],
    [
      'k6-late',
      lateMs > LATEST_MS,
      `k6 was late: one iteration in a hundred began ${lateMs.toFixed(0)} ms or more after it was due`,
    ],
    [
      'k6-cpu',
      (k6CpuShare ?? 0) > MOST_OF_K6,
      `k6 was short of CPU: it used ${percent(k6CpuShare ?? 0)} of what it may use`,
    ],
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
    ...load.unsteady.map((id): [Mark['kind'], boolean, string] => [
      'unsteady',
      true,
      `the latency "${id}" rose or fell while it was measured`,
    ]),
  ]
  return found.flatMap(([kind, isWrong, why]) => (isWrong ? [{ kind, why }] : []))
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`
