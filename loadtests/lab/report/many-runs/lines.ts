import { disturbancesOf, takersText } from '../../compare/disturbances.ts'
import { WORDS } from '../../compare/notes.ts'
import type { Measure, Result } from '../../compare/result.ts'
import type { Run } from '../compare-two/read-run.ts'
import { joined, ratioText } from '../format.ts'
import { primaries } from '../headline.ts'
import { ratioTitle } from '../words.ts'

/** The head of a table of runs. */
export const headOf = ([{ result }]: [Run, ...Run[]]): string[] => {
  const title = ratioTitle(result)
  return [
    '',
    'run',
    'begun, UTC',
    'rate',
    'blocks, undisturbed of all',
    `CPU time, ${title}`,
    'verdict',
    `median, ${title}`,
    'verdict',
    'disturbed by',
  ]
}

/** A line of the table, as `headOf` says. */
export function lineOf({ dir, result }: Run, place: number): string[] {
  const { blocks, options, startedAt, verdict } = result
  const { cpu, median } = primaries(result)
  return [
    String(place + 1),
    dir,
    startedAt.slice(0, 16).replace('T', ' '),
    String(options.ratePerSecond),
    `${blocks.quiet} of ${blocks.counted}`,
    ...(verdict.valid ? [...cellsOf(cpu), ...cellsOf(median)] : ['not valid', '', '', '']),
    verdict.valid ? disturbedBy(result) : (verdict.reasons[0] ?? ''),
  ]
}

const cellsOf = (measure: Measure | undefined): [string, string] => [
  ratioText(measure?.ratio ?? null),
  measure?.verdict ?? '',
]

function disturbedBy(result: Result): string {
  const found = disturbancesOf(result)
  const takers = takersText(found)
  const told = found.kinds.map(
    ({ kind }) => `${WORDS[kind]}${kind === 'company' && takers ? ` (${takers})` : ''}`,
  )
  return joined(told)
}
