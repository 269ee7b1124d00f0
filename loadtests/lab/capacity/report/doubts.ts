import { joined } from '../../report/format.ts'
import { verdictOf } from '../judge.ts'
import type { Probe } from '../probe.ts'
import { ratesOf } from '../rates.ts'
import { rateText } from './figures.ts'

/**
 * What a disturbance leaves open of a stack, a sentence each; empty where none does. What held is certain all the same: nothing
 * that disturbs makes a stack better than it is.
 */
export function doubtsOf({ probes }: { probes: Probe[] }): string[] {
  const sought = probes.filter(({ phase }) => phase !== 'warm-up')
  return [...unjudged(sought), ...failedInCompany(sought)]
}

/** Whether any probe failed while others were busy. */
export const hasFailedInCompany = ({ probes }: { probes: Probe[] }): boolean =>
  failedInCompany(probes.filter(({ phase }) => phase !== 'warm-up')).length > 0

/** That nothing at all is known of a stack, in a sentence: that nothing held is a finding only where something was judged. */
export function notJudged({ stack, probes }: { stack: string; probes: Probe[] }): string[] {
  const sought = probes.filter(({ phase }) => phase !== 'warm-up')
  const [reason] = sought.at(-1)?.void ?? []
  if (!reason || sought.some((it) => verdictOf(it) !== 'void')) return []
  return [`${stack}: no probe could be judged, at the last because ${reason.why}`]
}

function unjudged(probes: Probe[]): string[] {
  const open = ratesOf({ probes }).filter(({ held, failed }) => held + failed === 0)
  if (open.length === 0) return []
  const rates = open.map(({ ratePerSecond }) => ratePerSecond)
  const last = probes.findLast(({ ratePerSecond }) => rates.includes(ratePerSecond))!
  const said = joined(rates.map(rateText))
  return [`what becomes of ${said} orders a second cannot be told, since ${last.void[0]!.why}.`]
}

/** Others slow a stack down, and how much nobody can tell: what held in spite of them holds, what failed may not fail alone. */
function failedInCompany(probes: Probe[]): string[] {
  const failed = probes.filter((it) => verdictOf(it) === 'failed')
  const isDisturbed = ({ disturbances }: Probe) => disturbances.some(({ kind }) => kind === 'company')
  const disturbed = failed.filter(isDisturbed).toSorted((a, b) => b.company.share - a.company.share)
  const [most] = disturbed
  if (!most) return []
  const { why } = most.disturbances.find(({ kind }) => kind === 'company')!
  return [
    `in ${disturbed.length} of ${failed.length} probes that failed it was not alone: at the most, ${why}. More may hold where nothing else runs.`,
  ]
}
