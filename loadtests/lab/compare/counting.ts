import { isDisturbed, isHard } from './marks.ts'
import type { Facts, Result, Round, Rule } from './result.ts'

/** Rounds of complete blocks by whether they count, and how many blocks there are of each kind. */
export type Counting = { counted: Round[]; quiet: Round[]; blocks: Result['blocks'] }

/**
 * Which blocks count. Whole blocks and not single rounds, since ratios are taken within a block. One that the end of the run
 * cut off is neither counted nor void.
 */
export function countBlocks(rounds: Round[], arms: Facts['arms'], { strict, tolerate }: Rule): Counting {
  const perBlock = arms.length === 1 ? 2 : 4
  const complete = [...Map.groupBy(rounds, ({ block }) => block).values()].filter(
    (block) => block.length === perBlock,
  )
  const isQuiet = (block: Round[]) => block.every((round) => !isDisturbed(round, tolerate))
  const counts = (block: Round[]) =>
    block.every(({ marks }) => !marks.some(isHard)) && (!strict || isQuiet(block))
  const counted = complete.filter(counts)
  const quiet = counted.filter(isQuiet)
  return {
    counted: counted.flat(),
    quiet: quiet.flat(),
    blocks: { counted: counted.length, quiet: quiet.length, void: complete.length - counted.length },
  }
}

/** The rounds of the blocks that count, of a result. */
export const countedRounds = ({ rounds, arms, rule }: Pick<Result, 'rounds' | 'arms' | 'rule'>): Round[] =>
  countBlocks(rounds, arms, rule).counted
