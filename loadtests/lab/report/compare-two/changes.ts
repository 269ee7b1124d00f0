import { countedRounds } from '../../compare/counting.ts'
import { type Kind, kindsOf } from '../../compare/measures.ts'
import type { Measure, Result } from '../../compare/result.ts'
import { ofArm, unitsOf } from '../../compare/units.ts'
import type { Ratio } from '../../stats/ratio.ts'
import { ratioOfRuns } from '../../stats/two-runs.ts'
import { type Verdict, verdicts } from '../../stats/verdicts.ts'
import type { Pair } from './pair.ts'

/** What became of one ratio. */
export type Change = Pick<Measure, 'id' | 'title' | 'partOf' | 'isCount'> & {
  /** The ratio in each run, of what is compared to what was measured in the same blocks. */
  before: Ratio
  after: Ratio
  /** `after` to `before`; over the fewer blocks, or starts, of the two runs. */
  ratio: Ratio
  /** Of the two that are tested, by Holm over both; null for all others. */
  verdict: 'less' | 'more' | 'cannot tell' | null
}

/**
 * What became of every ratio that both runs have. Ratios to something that was measured in the same blocks are compared, and
 * not figures: those of two days differ by what the machine did on each.
 */
export function changesOf({ before, after }: Pair): Change[] {
  const kinds = kindsOf(after.result, true)
  const changes = kinds.flatMap((kind) => changeOf(kind, before.result, after.result) ?? [])
  const tested = changes.filter(({ id }) => kinds.find((it) => it.id === id)!.isPrimary)
  const found = verdicts(tested.map(({ ratio }) => ratio))
  return changes.map((change) => {
    const place = tested.indexOf(change)
    return { ...change, verdict: place < 0 ? null : WORDS[found[place]!] }
  })
}

const WORDS: { [Key in Verdict]: NonNullable<Change['verdict']> } = {
  higher: 'more',
  lower: 'less',
  'cannot tell': 'cannot tell',
}

function changeOf({ id }: Kind, before: Result, after: Result): Omit<Change, 'verdict'> | undefined {
  const [old, now] = [before, after].map(({ comparison }) => comparison?.find((it) => it.id === id))
  if (!old?.ratio || !now?.ratio) return undefined
  const [then, values] = [ratiosOf(before, id), ratiosOf(after, id)]
  const ratio = ratioOfRuns(then, values)
  if (!ratio) return undefined
  const { title, partOf, isCount } = now
  return {
    ...{ id, title, partOf, isCount, before: old.ratio, after: now.ratio },
    ratio: { ...ratio, count: Math.min(then.length, values.length) },
  }
}

/** The ratio in each block, or start of the processes. */
function ratiosOf(result: Result, id: string): number[] {
  const { of } = kindsOf(result, true).find((it) => it.id === id)!
  const [base, other] = result.arms.map(({ name }) => name) as [string, string]
  return unitsOf(countedRounds(result)).units.map((unit) => of(ofArm(unit, other)) / of(ofArm(unit, base)))
}
