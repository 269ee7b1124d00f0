import { joined, timeText } from '../../report/format.ts'
import type { FaultsResult, MatrixRow, PlantedResult, RunResult } from '../result.ts'
import { countText, timeAfter } from './words.ts'

/** What was found, in a sentence. */
export function headline({ runs, planted = [] }: FaultsResult): string {
  const lost = runs.filter(({ survived }) => !survived)
  const missed = planted.filter(({ caught }) => !caught)
  if (lost.length > 0) return `${lost.length} of ${runs.length} runs did not come through.`
  if (missed.length > 0) return `${missed.length} of ${planted.length} planted bugs were not caught.`
  const faults = new Set(runs.map(({ fault }) => fault)).size
  if (faults === 0 && planted.length === 0) return 'Nothing was run.'
  if (faults === 0)
    return planted.length === 1
      ? 'The audit caught the planted bug.'
      : `The audit caught all ${planted.length} planted bugs.`
  return `${faults === 1 ? 'One fault' : `${faults} faults`}, ${runs.length === 1 ? 'one run' : `${runs.length} runs`}, and not one violation.`
}

/**
 * What was done, and how it went, in plain words.
 * @param planted bugs, of this run or of one beside it
 */
export function paragraphs(result: FaultsResult, planted: PlantedResult[] = []): string[] {
  const { runs } = result
  if (runs.length === 0) return planted.length > 0 ? [plantedSentence(planted)] : []
  const stacks = [...new Set(runs.map(({ stack }) => stack))].map((it) => `the ${it}`)
  const sum = (of: (run: RunResult) => number) => runs.reduce((total, run) => total + of(run), 0)
  const operations = countText(sum(({ load }) => load.operations))
  const samples = countText(sum((run) => run.samples.taken))
  return [
    `Customers order, cancel, restock and look, and repeat under the same key what went unanswered, while ${joined(stacks)} ${stacks.length === 1 && stacks[0] === 'the monolith' ? 'is' : 'are'} broken and healed: ${operations} operations in ${timeText(result.tookSeconds)}. Then what every customer was told is held against the databases, and stock was added up ${samples} times meanwhile.`,
    recoverySentence(result.matrix),
    ...(planted.length > 0 ? [plantedSentence(planted)] : []),
  ]
}

function recoverySentence(matrix: MatrixRow[]): string {
  const known = matrix.flatMap(({ healthyAfterMs, title, stack }) =>
    healthyAfterMs ? [{ ...healthyAfterMs, title, stack }] : [],
  )
  const never = matrix.filter(({ healthyAfterMs }) => healthyAfterMs === null)
  const slowest = known.toSorted((a, b) => b.worst - a.worst)[0]
  const least = slowest
    ? `The longest recovery took ${timeAfter(slowest.worst)}: ${slowest.title} (${slowest.stack}).`
    : ''
  const lost =
    never.length > 0
      ? ` No recovery was seen from ${joined(never.map(({ title, stack }) => `${title} (${stack})`))}.`
      : ''
  return `${least}${lost}`.trim()
}

function plantedSentence(planted: PlantedResult[]): string {
  const caught = planted.filter((it) => it.caught).length
  return `That the audit can see is shown by bugs that were planted: ${caught} of ${planted.length} were caught.`
}

export type Tile = { name: string; value: string; isBad: boolean }

/** The figures of the whole: what is counted, how many, and whether that is bad. */
export function tiles({ runs }: FaultsResult, planted: PlantedResult[] = []): Tile[] {
  const sum = (of: (run: RunResult) => number) => runs.reduce((total, run) => total + of(run), 0)
  const survived = runs.filter((run) => run.survived).length
  const violations = sum((run) => run.violations.length)
  const caught = planted.filter((it) => it.caught).length
  const all = [
    { name: 'runs survived', value: `${survived} of ${runs.length}`, isBad: survived < runs.length },
    { name: 'violations', value: countText(violations), isBad: violations > 0 },
    { name: 'requests', value: countText(sum(({ load }) => load.requests)), isBad: false },
    { name: 'sent again', value: countText(sum(({ resent }) => resent)), isBad: false },
    { name: 'messages doubled', value: countText(sum(({ duplicates }) => duplicates)), isBad: false },
    { name: 'looks at stock', value: countText(sum(({ samples }) => samples.taken)), isBad: false },
  ]
  const bugs = {
    name: 'bugs caught',
    value: `${caught} of ${planted.length}`,
    isBad: caught < planted.length,
  }
  return [...(runs.length > 0 ? all : []), ...(planted.length > 0 ? [bugs] : [])]
}
