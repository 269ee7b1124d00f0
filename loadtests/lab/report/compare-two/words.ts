import type { Result } from '../../compare/result.ts'
import { countedRounds } from '../../compare/verdict.ts'
import { figure, joined, range, times } from '../format.ts'
import type { Change, Pair } from './changes.ts'
import { type Difference, differencesOf } from './differences.ts'
import type { Run } from './read-run.ts'
import { fewestRounds } from './round-values.ts'

/** What was found, a line. */
export function headline(changes: Change[]): string {
  const count = (verdict: Change['verdict']) => changes.filter((it) => it.verdict === verdict).length
  const [more, less, unknown] = [count('more'), count('less'), count('cannot tell')]
  if (more + less === 0) return 'No difference between these two runs can be told from chance.'
  const found = [more > 0 && `${more} more`, less > 0 && `${less} less`].filter((it) => it !== false)
  const rest = unknown > 0 ? `; ${unknown} cannot be told apart` : ''
  return `Of ${changes.length} measures: ${joined(found)} than before${rest}.`
}

/** Every change that is beyond chance, a sentence each, the largest first. */
export function clearChanges(changes: Change[]): string[] {
  const size = ({ ratio: { value } }: Change) => Math.max(value, 1 / value)
  return changes
    .filter(({ verdict }) => verdict !== 'cannot tell')
    .toSorted((a, b) => size(b) - size(a))
    .map(inWords)
}

/** `monolith, CPU time per settled order: more, 1.52 ms, then 1.83 ms, 1.20× (1.15–1.26)`. */
export function inWords(change: Change): string {
  const { stack, unit, before, after, verdict } = change
  const [old, now] = [before, after].map((value) => `${figure(value)} ${unit}`.trim())
  return `${stack}, ${titleOf(change)}: ${verdict}, ${old}, then ${now}, ${ratioText(change)}`
}

/** A ratio with its interval, whatever the verdict. */
export function ratioText({ ratio }: Change): string {
  const within = range(ratio)
  return within ? `${times(ratio.value)} (${within})` : times(ratio.value)
}

/** What the runs can tell from 1, as a share: `±4.2%`. Empty where nothing says. */
export const resolutionText = ({ resolution }: Change) =>
  resolution === 1 ? '' : `±${figure((resolution - 1) * 100)}%`

/** A measure's title where it stands alone. */
export const titleOf = ({ title }: Pick<Change, 'title'>) => title.replace(/^of it, /, 'CPU time of ')

/** The two runs, as name, before, after: what they are, then all else in which they differ. */
export function aboutRuns(pair: Pair): [string, string, string][] {
  const { before, after } = pair
  const row = (name: string, of: (run: Run) => string): [string, string, string] => [
    name,
    of(before),
    of(after),
  ]
  const others = differencesOf(pair).filter(isNotShown)
  const same: [string, string, string][] = [['machine, versions, options', 'the same', 'the same']]
  return [
    row('results', ({ dir }) => dir),
    row('begun', ({ result }) => `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`),
    row('commit', commitOf),
    row('rounds that count', ({ result }) => blocksOf(result)),
    ...(others.length === 0
      ? same
      : others.map(({ field, before, after }): [string, string, string] => [field, before, after])),
  ]
}

const isNotShown = ({ field }: Difference) => field !== 'project.commit' && field !== 'project.dirty'

function commitOf({ result: { project } }: Run): string {
  if (project.commit === null) return 'none'
  return `${project.commit.slice(0, 12)}${project.dirty ? ', with changes that were not committed' : ''}`
}

function blocksOf(result: Result): string {
  const { blocks } = countedRounds(result.rounds)
  const voids = blocks.void > 0 ? `, ${blocks.void} void` : ''
  return `${fewestRounds(result)} of each stack${voids}`
}

/** How the comparison was made, a sentence each. */
export const method = (changes: Change[]): string[] => [
  'Before and after are geometric means over the rounds that count: those of a block with a void round do not, nor do control rounds. The ratio is after to before.',
  'The runs share no rounds, so the 95% intervals of the ratios are of unpaired values: a bootstrap-t over the rounds of each run, with a seed.',
  "More or less is said where the whole interval lies on one side of 1 and the ratio is farther from 1 than either run's resolution, which is how far its stack against itself reaches. Else, and with too few rounds, the runs cannot tell.",
  `Each interval stands for itself: of ${changes.length}, some miss by chance. And two runs differ in all that the machine did meanwhile, which no interval within a run can know: make them soon after each other, on a machine that does nothing else, and repeat what surprises.`,
]
