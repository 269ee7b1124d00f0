import { geometricInterval, type Interval, meanInterval } from '../stats/interval.ts'
import { pairedRatio, type Ratio } from '../stats/ratio.ts'
import { verdicts } from '../stats/verdicts.ts'
import { type Kind, kindsOf } from './measures.ts'
import type { Facts, Measure, Result, Round, SameTwice } from './result.ts'
import { ofArm, type Unit, unitsOf } from './units.ts'

/** A percentile is shown where so many values lie beyond it in each unit: of fewer, one stall is the figure. */
export const LEAST_BEYOND = 5

type Compared = Pick<Facts, 'scenario' | 'arms' | 'prices'>

/**
 * The rows of the comparison: each arm's mean over what repeats, and their ratio, paired.
 * @param counted rounds of the blocks that count, one block at least
 * @param quiet those of undisturbed blocks among them
 */
export function compareRounds(
  facts: Compared,
  counted: Round[],
  quiet: Round[],
): Pick<Result, 'comparison' | 'omitted'> {
  const { units, over } = unitsOf(counted)
  const names = facts.arms.map(({ name }) => name)
  const kinds = kindsOf(
    facts,
    counted.every(({ costs }) => costs.length > 0),
  )
  const thin = kinds.filter((kind) => !isShown(kind, units, names))
  const measures = kinds
    .filter((kind) => !thin.includes(kind))
    .map((kind) => ({ ...rowOf(kind, units, names, quiet, counted), isPrimary: kind.isPrimary ?? false }))
  const tested = measures.filter(({ isPrimary, ratio }) => isPrimary && ratio)
  const found = verdicts(tested.map(({ ratio }) => ratio!))
  return {
    comparison: measures.map(({ isPrimary, ...measure }) => ({
      ...measure,
      verdict: found[tested.findIndex(({ id }) => id === measure.id)] ?? null,
    })),
    omitted: thin.map(({ title }) => ({
      title,
      why: `fewer than ${LEAST_BEYOND} values ${over === 'starts' ? 'of a start' : 'of a block'} lie beyond it, so that one stall would be the figure`,
    })),
  }
}

/** The two ratios that a run is stopped by: of CPU time, and of the median of the first latency. Undefined where there is none. */
export function primaryRatios(facts: Compared, counted: Round[]): { cpu?: Ratio; median?: Ratio } {
  if (counted.length === 0 || facts.arms.length < 2) return {}
  const { units } = unitsOf(counted)
  const names = facts.arms.map(({ name }) => name)
  const [median, cpu] = kindsOf(facts, false).filter(({ isPrimary }) => isPrimary)
  return { cpu: ratioOver(cpu!, units, names), median: ratioOver(median!, units, names) }
}

/** How far an arm measured twice in a block differs from itself. */
export function sameTwice(facts: Compared, counted: Round[]): SameTwice[] {
  const [median, cpu] = kindsOf(facts, false).filter(({ isPrimary }) => isPrimary)
  return facts.arms.map(({ name }) => {
    const pairs = [...Map.groupBy(ofArm(counted, name), ({ block }) => block).values()]
    return { arm: name, cpu: differenceOf(cpu!, pairs), median: differenceOf(median!, pairs) }
  })
}

function differenceOf({ of }: Kind, pairs: Round[][]): number | null {
  const logs = pairs.map(([one, other]) => Math.log(of([other!]) / of([one!]))).filter(Number.isFinite)
  if (logs.length === 0) return null
  return Math.exp(Math.sqrt(logs.reduce((sum, it) => sum + it * it, 0) / logs.length)) - 1
}

function rowOf(
  kind: Kind,
  units: Unit[],
  names: string[],
  quiet: Round[],
  counted: Round[],
): Omit<Measure, 'verdict'> {
  const { id, title, unit, partOf, isCount } = kind
  const isCompared = names.length === 2
  const quietUnits = unitsOf(quiet).units
  const hasBoth = quiet.length < counted.length && quietUnits.length >= 2
  return {
    ...{ id, title, unit, partOf, isCount },
    arms: Object.fromEntries(names.map((name) => [name, over(valuesOf(kind, units, name))])),
    ratio: isCompared ? (ratioOver(kind, units, names) ?? null) : null,
    quiet:
      isCompared && hasBoth && isShown(kind, quietUnits, names)
        ? (ratioOver(kind, quietUnits, names) ?? null)
        : null,
  }
}

const valuesOf = ({ of }: Kind, units: Unit[], name: string) => units.map((unit) => of(ofArm(unit, name)))

const ratioOver = (kind: Kind, units: Unit[], [base, other]: string[]): Ratio | undefined =>
  pairedRatio(valuesOf(kind, units, base!), valuesOf(kind, units, other!))

function isShown({ beyond, id }: Kind, units: Unit[], names: string[]): boolean {
  // A median of few is still what a median is: wide, and its interval says so.
  if (!beyond || id.endsWith('-p50')) return true
  return fewestBeyond(beyond, units, names) >= LEAST_BEYOND
}

const fewestBeyond = (beyond: (rounds: Round[]) => number, units: Unit[], names: string[]) =>
  Math.min(...units.flatMap((unit) => names.map((name) => beyond(ofArm(unit, name)))))

/** Of zeros there is no geometric mean: a stack without RabbitMQ spends none of its time there. */
const over = (values: number[]): Interval =>
  values.every((value) => value > 0) ? geometricInterval(values) : meanInterval(values)
