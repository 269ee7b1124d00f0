import { compareRounds } from '../../compare/comparison.ts'
import type { Result, Round } from '../../compare/result.ts'
import { countedRounds } from '../../compare/verdict.ts'
import { UserError } from '../../infra/user-error.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { Run } from './read-run.ts'

/** A stack's rounds that count: no control, and in a block without a void round. */
export const roundsOf = ({ rounds }: Result, stack: StackName): Round[] =>
  countedRounds(rounds).counted.filter((round) => round.stack === stack && !round.isControl)

/** How many rounds of a stack count, of the one with the fewest. */
export const fewestRounds = (result: Result) =>
  Math.min(...result.stacks.map(({ name }) => roundsOf(result, name).length))

/**
 * What each measure was in each round of a stack that counts: lists of values by the measure's id.
 * @throws UserError when a round lacks what is measured
 */
export function valuesByMeasure({ dir, result }: Run, stack: StackName): Map<string, number[]> {
  const values = new Map<string, number[]>()
  try {
    for (const round of roundsOf(result, stack)) {
      for (const { id, value } of measuresOf(result, round))
        values.set(id, [...(values.get(id) ?? []), value])
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UserError(
      `${dir}/result.json is damaged (${error.message}). Run that comparison again: npm run compare`,
    )
  }
  return values
}

/** A comparison of one round with nothing has that round's own values. */
function measuresOf(result: Result, round: Round): { id: string; value: number }[] {
  const stacks = result.stacks.filter(({ name }) => name === round.stack)
  return compareRounds({ ...result, stacks, rounds: [round] }).map(({ id, stacks }) => ({
    id,
    value: stacks[round.stack]!.mean,
  }))
}
