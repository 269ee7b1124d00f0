import { type Company, companyText, DISTURBED } from '../sample/window.ts'
import type { HttpFigures } from './http-load.ts'
import type { LoadName } from './rungs.ts'

/** What can make a turn say nothing; `--tolerate` takes these names. */
export const VOIDS = ['nothing', 'dropped', 'failed', 'orders', 'company'] as const
export type VoidKind = (typeof VOIDS)[number]

/** What is looked at. `seen` is what k6 saw; pgbench ends by itself when something fails. */
type Circumstances = {
  load: LoadName
  work: number
  company: Company
  seen?: HttpFigures
}

/** Why a turn says nothing, a sentence each; none when it does say something. */
export function voidsOf(
  { load, work, company, seen }: Circumstances,
  tolerate: readonly VoidKind[],
): string[] {
  const { dropped = 0, failed = 0, requests = 0, orders = { answered: work, lost: 0 } } = seen ?? {}
  const isOff = work < orders.answered || work > orders.answered + orders.lost
  const found: [VoidKind, boolean, string][] = [
    ['nothing', work === 0, 'nothing was done'],
    ['dropped', dropped > 0, `k6 dropped ${dropped} iterations, so it offered less than the rate`],
    ['failed', failed > 0, `${failed} of ${requests} requests failed`],
    ['orders', load === 'checkout' && isOff, `${work} orders settled, and ${orders.answered} were answered`],
    ['company', company.share >= DISTURBED, companyText(company)],
  ]
  return found.flatMap(([kind, isVoid, why]) => (isVoid && !tolerate.includes(kind) ? [why] : []))
}
