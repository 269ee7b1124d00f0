import type { Run } from '../compare-two/read-run.ts'
import { joined } from '../format.ts'
import { primaries } from '../headline.ts'

/** Pairs that are named. */
const MOST_NAMED = 12

/** How far several runs agree, a sentence each. Runs are named by their place, from 1. */
export const agreement = (runs: Run[]): string[] => [...overlap(runs), ...verdictsOf(runs)]

type Known = { place: number; low: number; high: number }

/** Which of the intervals of the CPU ratio have nothing in common. */
function overlap(runs: Run[]): string[] {
  const known = runs.flatMap(({ result }, i): Known[] => {
    const ratio = primaries(result).cpu?.ratio
    return ratio && ratio.low !== null && ratio.high !== null
      ? [{ place: i + 1, low: ratio.low, high: ratio.high }]
      : []
  })
  if (known.length < 2) return []
  const pairs = known.flatMap((one, i) => known.slice(i + 1).map((other) => [one, other] as const))
  const apart = pairs.filter(([one, other]) => one.high < other.low || other.high < one.low)
  const named = apart.slice(0, MOST_NAMED).map(([one, other]) => `${one.place} and ${other.place}`)
  const more = apart.length > MOST_NAMED ? `, and ${apart.length - MOST_NAMED} more` : ''
  return [
    `Intervals of the CPU ratio: of ${pairs.length} pairs of runs, ${pairs.length - apart.length} overlap${apart.length > 0 ? `; apart are ${named.join(', ')}${more}` : ''}.`,
  ]
}

/** How many verdicts there are, and whose. */
function verdictsOf(runs: Run[]): string[] {
  const told = runs.flatMap(({ result }, i) => {
    const { cpu, median } = primaries(result)
    return [
      { place: i + 1, what: 'CPU time', verdict: cpu?.verdict ?? null },
      { place: i + 1, what: 'median', verdict: median?.verdict ?? null },
    ].filter(({ verdict }) => verdict !== null)
  })
  if (told.length === 0) return []
  const clear = told.filter(({ verdict }) => verdict !== 'cannot tell')
  const whose = [...Map.groupBy(clear, ({ what, verdict }) => `${what} ${verdict}`)].map(
    ([finding, all]) => `${finding} in ${joined(all.map(({ place }) => String(place)))}`,
  )
  return [
    `Verdicts other than "cannot tell": ${clear.length} of ${told.length}${clear.length > 0 ? ` (${whose.join('; ')})` : ''}. Where nothing differs, one run in twenty has one.`,
  ]
}
