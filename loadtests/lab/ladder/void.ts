import type { HttpFigures } from './http-load.ts'
import type { LoadName } from './rungs.ts'

/** What can make a turn say nothing; `--tolerate` takes these names. */
export const VOIDS = ['nothing', 'dropped', 'failed', 'orders', 'company'] as const
export type VoidKind = (typeof VOIDS)[number]

/** From this share of the machine's CPU time on, other programs disturb. */
const MUCH_COMPANY = 0.05

/** What is looked at. `seen` is what k6 saw; pgbench ends by itself when something fails. */
type Circumstances = {
  load: LoadName
  work: number
  otherCpuShare: number
  seen?: HttpFigures
}

/** Why a turn says nothing, a sentence each; none when it does say something. */
export function voidsOf(
  { load, work, otherCpuShare, seen }: Circumstances,
  tolerate: readonly VoidKind[],
): string[] {
  const { dropped = 0, failed = 0, requests = 0, orders = { answered: work, lost: 0 } } = seen ?? {}
  const isOff = work < orders.answered || work > orders.answered + orders.lost
  const found: [VoidKind, boolean, string][] = [
    ['nothing', work === 0, 'nothing was done'],
    ['dropped', dropped > 0, `k6 dropped ${dropped} iterations, so it offered less than the rate`],
    ['failed', failed > 0, `${failed} of ${requests} requests failed`],
    ['orders', load === 'checkout' && isOff, `${work} orders settled, and ${orders.answered} were answered`],
    [
      'company',
      otherCpuShare > MUCH_COMPANY,
      `other programs, or the host, took ${Math.round(otherCpuShare * 100)}% of the machine's CPU time`,
    ],
  ]
  return found.flatMap(([kind, isVoid, why]) => (isVoid && !tolerate.includes(kind) ? [why] : []))
}
