import { type Company, companyText, DISTURBED } from '../sample/window.ts'
import type { HttpFigures } from './http-load.ts'
import type { LoadName } from './rungs.ts'

/** What is wrong with a turn that says nothing, or that was disturbed; `--tolerate` takes these names. */
export const VOIDS = ['nothing', 'failed', 'orders', 'dropped', 'company'] as const
export type VoidKind = (typeof VOIDS)[number]
const SOFT: VoidKind[] = ['dropped', 'company']

/** What is looked at. `seen` is what k6 saw; pgbench ends by itself when something fails. */
type Circumstances = {
  load: LoadName
  work: number
  company: Company
  seen?: HttpFigures
}

/** Why a turn says nothing, and what disturbed it, a sentence each. What disturbed makes figures uncertain, and not false. */
export function judgeTurn(
  { load, work, company, seen }: Circumstances,
  tolerate: readonly VoidKind[],
): { void: string[]; disturbed: string[] } {
  const { dropped = 0, failed = 0, requests = 0, orders = { answered: work, lost: 0 } } = seen ?? {}
  const isOff = work < orders.answered || work > orders.answered + orders.lost
  const all: [VoidKind, boolean, string][] = [
    ['nothing', work === 0, 'nothing was done'],
    ['failed', failed > 0, `${failed} of ${requests} requests failed`],
    ['orders', load === 'checkout' && isOff, `${work} orders settled, and ${orders.answered} were answered`],
    ['dropped', dropped > 0, `k6 dropped ${dropped} iterations, so it offered less than the rate`],
    ['company', company.share >= DISTURBED, companyText(company)],
  ]
  const found = all.filter(([kind, isWrong]) => isWrong && !tolerate.includes(kind))
  const told = (isSoft: boolean) =>
    found.filter(([kind]) => SOFT.includes(kind) === isSoft).map(([, , why]) => why)
  return { void: told(false), disturbed: told(true) }
}
