import type { Measure } from '../../compare/result.ts'
import { seedOf } from '../../random.ts'
import type { StackName } from '../../stacks/stack.ts'
import { LEAST_ROUNDS, resolutionOf } from '../../stats/ratio.ts'
import { unitText } from '../format.ts'
import { type RunRatio, ratioOfRuns } from './ratio.ts'
import type { Run } from './read-run.ts'
import { valuesByMeasure } from './round-values.ts'

/** What became of one measure of one stack. */
export type Change = Pick<Measure, 'id' | 'title'> & {
  /** For people: `ms`, `USD`; empty for what is only counted. */
  unit: string
  stack: StackName
  /** Geometric means over the rounds, in `unit`. */
  before: number
  after: number
  /** `after` to `before`. */
  ratio: RunRatio
  /** The smallest ratio, 1 or more, that both runs can tell from 1; 1 where no control round says. */
  resolution: number
  verdict: 'less' | 'more' | 'cannot tell'
}

/** Two runs of the same scenario, valid both. */
export type Pair = { before: Run; after: Run }

/**
 * What became of every measure that both runs have. A measure that the load decides, and one that is zero on a side, has no
 * ratio, and is left out.
 */
export function changesOf({ before, after }: Pair): Change[] {
  const stacks = before.result.stacks.map(({ name }) => name)
  const shared = stacks.filter((stack) => after.result.stacks.some(({ name }) => name === stack))
  return shared.flatMap((stack) => {
    const [then, now] = [valuesByMeasure(before, stack), valuesByMeasure(after, stack)]
    return measuresOf({ before, after }).flatMap(({ id, title, unit, resolution }) => {
      const [old, values] = [then.get(id) ?? [], now.get(id) ?? []]
      const ratio = ratioOfRuns(old, values, seedOf(before.result.options.seed, `${stack} ${id}`))
      if (!ratio) return []
      const verdict =
        Math.min(old.length, values.length) < LEAST_ROUNDS ? 'cannot tell' : verdictOf(ratio, resolution)
      const means = { before: geometricMean(old), after: geometricMean(values) }
      return [{ id, title, unit, stack, ...means, ratio, resolution, verdict }]
    })
  })
}

/** Below this, ratios differ by the rounding of arithmetic: counts can be the same in each round of both runs. */
const ROUNDING = 1e-9

/** A difference that a run finds between a stack and itself says nothing of two versions. */
function verdictOf({ value, low, high }: RunRatio, resolution: number): Change['verdict'] {
  const isSeen = Math.max(value, 1 / value) > resolution + ROUNDING
  if (!isSeen || low === null || high === null) return 'cannot tell'
  if (low > 1) return 'more'
  return high < 1 ? 'less' : 'cannot tell'
}

/** The measures of both runs, with the coarser of their resolutions. */
function measuresOf({ before, after }: Pair) {
  const [then, now] = [before.result.comparison ?? [], after.result.comparison ?? []]
  return now
    .filter(({ id, unit }) => isMeasured(unit) && then.some((old) => old.id === id))
    .map((measure) => ({
      ...measure,
      unit: unitText(measure.unit, after.result.prices.currency),
      resolution: Math.max(...[then, now].map((all) => resolutionIn(all, measure.id))),
    }))
}

/** A part that the stack measured twice does not have, RabbitMQ say, is taken to be no finer than the whole. */
function resolutionIn(all: Measure[], id: string): number {
  const controlOf = (wanted: string) => all.find((it) => it.id === wanted)?.control
  return resolutionOf(controlOf(id) ?? controlOf(id.replace(/-.*/, '')))
}

/** How much is done each second is what k6 asks for. */
const isMeasured = (unit: Measure['unit']) => unit !== '1/s'

const geometricMean = (values: number[]) =>
  Math.exp(values.map(Math.log).reduce((sum, it) => sum + it, 0) / values.length)
