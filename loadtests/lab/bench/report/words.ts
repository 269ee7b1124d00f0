import { capacityText } from '../../capacity/report/words.ts'
import { bounds, joined, times } from '../../report/format.ts'
import type { Aim, Row } from '../aims.ts'
import type { BenchResult } from '../result.ts'

/** `at most 1.5×`. */
export const aimText = ({ bound, value }: Aim) => `${bound} ${value}×`

/** `1.42×`, or nothing. */
export const valueText = ({ ratio }: Row) => (ratio ? times(ratio.value) : '')

/** `1.38 to 1.47`, or nothing. */
export const boundsText = ({ ratio }: Row) => (ratio ? bounds(ratio) : '')

/** What was found, in a sentence or two. */
export function headline({ rows, faults }: BenchResult): string {
  if (faults.length > 0) return 'This run is not valid: what must always hold did not.'
  const of = (verdict: Row['verdict']) => rows.filter((it) => it.verdict === verdict).length
  const judged = of('reached') + of('not reached')
  const open = [
    ...(of('cannot tell') > 0 ? [`of ${of('cannot tell')} the run cannot tell`] : []),
    ...(of('not measured') > 0
      ? [`${of('not measured')} ${of('not measured') === 1 ? 'was' : 'were'} not measured`]
      : []),
  ]
  const rest = open.length > 0 ? `; ${joined(open)}` : ''
  return judged === 0
    ? `No aim could be judged${rest}.`
    : `${of('reached')} of ${judged} aims that could be judged are reached${rest}.`
}

/** `monolith 612 (580 to 640)` for each stack, in orders a second; nothing when they were not searched for. */
export const capacityTexts = ({ capacities }: BenchResult): string[] =>
  (capacities?.stacks ?? []).map((it) => `${it.stack} ${capacityText(it)}`)
