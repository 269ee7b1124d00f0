import type { Result } from '../../compare/result.ts'
import { LEAST_UNITS } from '../../stats/ratio.ts'
import { figure, howMany, ratioParts, ratioText, unitText } from '../format.ts'
import { primaries } from '../headline.ts'
import { named } from '../rows.ts'
import { sureText } from '../sure.ts'
import { capital, does, ratioTitle, subjectOf } from '../words.ts'
import type { Change } from './changes.ts'
import { type Difference, differencesOf } from './differences.ts'
import type { Pair } from './pair.ts'
import type { Run } from './read-run.ts'

/** What was found, a sentence for each of the two ratios that are tested. */
export function headline({ after: { result } }: Pair, changes: Change[]): string {
  const [base, other] = result.arms
  const tested = changes.filter(({ verdict }) => verdict !== null)
  const cpu = tested.find(({ id }) => id === 'cpu')
  const median = tested.find((it) => it !== cpu)
  const { unit, latencies } = result.scenario
  const told = [
    cpu && cpuSentence(cpu, `${does(other!, 'spend')}`, [subjectOf(base!), subjectOf(other!)], unit),
    median && latencySentence(median, latencies[0]!.title.toLowerCase(), subjectOf(other!)),
  ]
  return told.filter((it) => it !== undefined).join(' ') || 'Neither CPU time nor latency could be compared.'
}

function cpuSentence(change: Change, spend: string, [base, other]: [string, string], unit: string): string {
  if (change.verdict === 'cannot tell')
    return `These runs cannot tell whether, held against ${base}, ${other} ${spend} more or less CPU time on each ${unit} than before (${unclear(change)}).`
  const { value } = ratioParts(change.ratio)
  return `Held against ${base}, ${other} ${spend} ${value}× the CPU time on each ${unit} of before${interval(change)}.`
}

function latencySentence(change: Change, title: string, other: string): string {
  if (change.verdict === 'cannot tell')
    return `They cannot tell whether the median ${title} rose or fell (${unclear(change)}).`
  return `The median ${title} of ${other} is, likewise, ${ratioParts(change.ratio).value}× that of before${interval(change)}.`
}

function interval({ ratio }: Change): string {
  const { low, high } = ratioParts(ratio)
  return low && ` (95 % interval ${low} to ${high})`
}

/** An interval on one side of 1 need not be a verdict; without a word, that would look like a mistake. */
function unclear({ ratio }: Change): string {
  const { value, low, high } = ratioParts(ratio)
  if (ratio.low === null || ratio.high === null) return `${value}×`
  const within = `${value}×, 95 % interval ${low} to ${high}`
  if (ratio.low <= 1 && ratio.high >= 1) return within
  return ratio.count < LEAST_UNITS
    ? `${within}, from too few blocks`
    : `${within}, which is not enough where two ratios are tested`
}

export const HEAD = ['before', 'after', 'after / before', 'how sure', 'verdict']

/** A row of the table as text: what, then as `HEAD` says. */
export function rowOf(change: Change): [string, ...string[]] {
  const { title, before, after, ratio, verdict } = change
  const sure = sureText(change)
  const text = (it: Change['ratio']) => (sure === 'exact' ? `${ratioParts(it).value}×` : ratioText(it))
  return [title, text(before), text(after), text(ratio), sure, verdict ?? '']
}

/** What the table is of. */
export const tableTitle = ({ after }: Pair) => capital(ratioTitle(after.result))

export const READING =
  'In brackets: 95 % intervals. A verdict have the two ratios that are tested; the others have none, as of so many some differ by chance.'

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
    row('measured', ({ result }) => blocksOf(result)),
    ...(others.length === 0
      ? same
      : others.map(({ field, before, after }): [string, string, string] => [field, before, after])),
    ...figuresOf(pair),
  ]
}

const isNotShown = ({ field }: Difference) => field !== 'project.commit' && field !== 'project.dirty'

function commitOf({ result: { project } }: Run): string {
  if (project.commit === null) return 'none'
  return `${project.commit.slice(0, 12)}${project.dirty ? ', with changes that were not committed' : ''}`
}

function blocksOf({ blocks, rounds }: Result): string {
  const starts = howMany(new Set(rounds.map(({ start }) => start)).size, 'start')
  const voids = blocks.void > 0 ? `, ${blocks.void} more do not count` : ''
  return `${howMany(blocks.counted, 'block')} on ${starts}${voids}`
}

/** Which side of a ratio moved; what the machine did is in these figures, too. */
function figuresOf({ before, after }: Pair): [string, string, string][] {
  const [old, now] = [primaries(before.result), primaries(after.result)]
  return (['cpu', 'median'] as const).flatMap((which) =>
    after.result.arms.map(({ name }): [string, string, string] => {
      const measure = now[which]!
      const title = named(`${name}: ${measure.title}`, unitText(measure.unit, ''))
      return [title, figure(old[which]!.arms[name]!.mean), figure(measure.arms[name]!.mean)]
    }),
  )
}

/** How the comparison was made, a sentence each. */
export const method = ({ after: { result } }: Pair): string[] => [
  `Compared are the ratios ${ratioTitle(result)} of both runs, and not the figures behind them: each ratio is of rounds minutes apart, while the figures of two runs differ by all that the machine did between them. A ratio rises when what is above the line needs more, or what is below it less: the figures of both are among what is said of the runs.`,
  "The runs share no blocks, so their ratios are not paired: Welch's t of the logarithms, over the starts of the processes of each run, or over its blocks where there are fewer than five starts.",
  'The ratios of CPU time and of the median latency are tested, both together (Holm): where nothing differs, one pair of runs in twenty says that something does.',
  'Each run is one look at the machine. Make both soon after each other, and repeat what surprises; better still, measure both states in the same blocks: npm run compare -- --against <revision>.',
]
