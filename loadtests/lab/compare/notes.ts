import { LEAST_UNITS } from '../stats/ratio.ts'
import { disturbancesOf, takersText } from './disturbances.ts'
import type { SoftKind } from './marks.ts'
import type { Result } from './result.ts'

/** What is wrong with a round, in words that a stranger understands. */
export const WORDS: { [Kind in SoftKind]: string } = {
  company: 'other programs took CPU time',
  'k6-late': 'the load generator (k6) started requests late',
  'k6-cpu': 'the load generator (k6) was short of CPU',
  dropped: 'the load generator (k6) left requests out',
  failed: 'requests failed',
  thresholds: "a limit of the scenario's script was crossed",
  unsteady: 'latencies rose or fell while they were measured',
}

type Judged = Omit<Result, 'notes'>

/** What a reader must know of a valid run before its figures, a sentence each. */
export const notesOf = (result: Judged): string[] => [
  ...disturbance(result),
  ...tolerated(result),
  ...starts(result),
  ...ending(result),
  ...(result.audit.length === 0
    ? ['The databases were not audited, so nobody has checked that the work was done.']
    : []),
  ...(result.ending?.complaints ?? []).map((it) => `At a stop: ${it}.`),
]

/** What disturbed how many of the blocks that count, with the programs named. */
function disturbance(result: Judged): string[] {
  const { blocks, arms } = result
  const noisy = blocks.counted - blocks.quiet
  if (noisy === 0) return []
  const found = disturbancesOf(result)
  const takers = takersText(found)
  const told = found.kinds.map(
    ({ kind, rounds }) => `${WORDS[kind]} in ${rounds}${kind === 'company' && takers ? ` (${takers})` : ''}`,
  )
  const suffered = arms.length === 2 ? ' The column "how sure" says how much each row suffers from it.' : ''
  return [
    `Noisy: something disturbed ${noisy} of ${blocks.counted} blocks. Of ${arms.length * 2 * blocks.counted} rounds: ${told.join('; ')}.${suffered}`,
  ]
}

const tolerated = ({ rule: { tolerate } }: Judged): string[] =>
  tolerate.length === 0
    ? []
    : [
        `Not held against any round, as was asked (--tolerate): ${tolerate.map((kind) => WORDS[kind]).join('; ')}.`,
      ]

function starts({ rounds, intervalsOver, units, arms }: Judged): string[] {
  if (intervalsOver === 'starts' || arms.length < 2) return []
  const count = new Set(rounds.map(({ start }) => start)).size
  const which = count === 1 ? 'one start of the processes' : `${count} starts of the processes`
  if (units < LEAST_UNITS)
    return [
      `${units === 1 ? 'One block is' : `${units} blocks are`} too few for a verdict, which takes ${LEAST_UNITS}.`,
    ]
  return [
    `All ${units} blocks ran on ${which}. A new start compiles its code and lays out its memory anew, and may lie outside of these intervals.`,
  ]
}

function ending({ ending }: Judged): string[] {
  if (ending === null) return ['The run was cut off: this is what it had measured until then.']
  return ending.because === 'asked'
    ? ['The run was ended by hand, before it had measured what it was to.']
    : []
}
