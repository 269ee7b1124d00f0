import { rateText } from '../../capacity/report/figures.ts'
import { capacityText } from '../../capacity/report/words.ts'
import { joined } from '../../report/format.ts'
import type { StackName } from '../../stacks/stack.ts'
import { quickShare } from '../goodput.ts'
import type { Load, OverloadResult, StackOverload } from '../result.ts'

/** `92%`; `99.6%` and `0.3%` where a round number would hide that it is not all, or not nothing. */
export function percent(share: number): string {
  const value = share * 100
  if (value > 99 && value < 100) return `${(Math.floor(value * 10) / 10).toFixed(1)}%`
  if (value > 0 && value < 1) return `${Math.max(0.1, value).toFixed(1)}%`
  return `${Math.round(value)}%`
}

/** A time as a person reads it: `340 ms`, `2.1 s`; `never` for null. */
export function timeAfter(ms: number | null): string {
  if (ms === null) return 'never'
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** `1×`, `2.5×`. */
export const timesText = ({ factor }: Pick<Load, 'factor'>) => `${factor}×`

const WORDS: Record<StackName, { subject: string; keeps: string; its: string; holds: string; they: string }> =
  {
    monolith: { subject: 'the monolith', keeps: 'keeps', its: 'its', holds: 'holds', they: 'It' },
    services: { subject: 'the services', keeps: 'keep', its: 'their', holds: 'hold', they: 'They' },
  }

/** What was found, in a sentence. */
export function headline({ stacks }: OverloadResult): string {
  const failed = stacks.filter(({ faults }) => faults.length > 0).map(({ stack }) => WORDS[stack].subject)
  if (failed.length > 0) return capital(`${joined(failed)} did not come through.`)
  const most = stacks.map(({ stack, loads }) => ({ ...WORDS[stack], ...loads.at(-1)! }))
  const { factor } = most[0]!
  if (factor <= 1) return 'Nothing was offered beyond the capacity.'
  const kept = most.map(
    ({ subject, keeps, its, held }) => `${subject} ${keeps} ${percent(held)} of ${its} goodput`,
  )
  return `At ${factor} times capacity, ${joined(kept)}.`
}

/** What one stack did, a few sentences. */
export function stackSentences({ stack, capacity, loads, faults }: StackOverload): string {
  const { subject, keeps, its, holds, they } = WORDS[stack]
  const rate = capacity.search
    ? `${capital(subject)} ${holds} ${capacityText(capacity.search)} orders a second.`
    : `For ${subject}, ${rateText(capacity.perSecond)} orders a second were taken for the capacity.`
  const beyond = loads.filter(({ factor }) => factor > 1)
  if (faults.length > 0 || beyond.length === 0) return rate
  const held = beyond.map((it) => `${percent(it.held)} at ${timesText(it)}`)
  const shares = beyond.flatMap((it) => quickShare(it) ?? [])
  const slowest = Math.max(...beyond.map(({ recovery }) => recovery.orderSettledAfterMs ?? 0))
  return [
    rate,
    `${they} ${keeps} of ${its} goodput ${joined(held)}.`,
    ...(shares.length > 0
      ? [`Of those not served, at least ${percent(Math.min(...shares))} heard so at once.`]
      : []),
    `After each load, an order settled again within ${timeAfter(slowest)}, without help.`,
  ].join(' ')
}

const capital = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}`
