import { UserError } from '../../infra/user-error.ts'
import { LEAST_ROUNDS } from '../../stats/ratio.ts'
import type { Pair } from './changes.ts'
import type { Run } from './read-run.ts'
import { fewestRounds } from './round-values.ts'

/**
 * Two runs that can be held against each other.
 * @throws UserError when one is not valid, or they have no scenario or no stack in common
 */
export function pairUp(before: Run, after: Run): Pair {
  for (const run of [before, after]) requireValid(run)
  const [old, now] = [before.result.options.scenario, after.result.options.scenario]
  if (old !== now)
    throw new UserError(
      `${before.dir} is of the scenario ${old}, ${after.dir} of ${now}: compare runs of the same one (npm run compare -- --scenario ${old}).`,
    )
  const stacks = after.result.stacks.map(({ name }) => name)
  if (before.result.stacks.every(({ name }) => !stacks.includes(name)))
    throw new UserError(
      `${before.dir} and ${after.dir} have no stack in common: run both with the same --stacks.`,
    )
  return { before, after }
}

/** @throws UserError when a run has too few rounds for anything to be told, so that no regression could ever be found */
export function requireEnoughRounds({ before, after }: Pair): void {
  for (const { dir, result } of [before, after]) {
    const fewest = fewestRounds(result)
    if (fewest >= LEAST_ROUNDS) continue
    throw new UserError(
      `${dir} has ${fewest} rounds of a stack that count, too few to find a regression: take ${LEAST_ROUNDS} or more (npm run compare -- --rounds ${LEAST_ROUNDS}).`,
    )
  }
}

function requireValid({ dir, result: { verdict, comparison } }: Run): void {
  if (verdict.valid && comparison) return
  const reason = verdict.reasons.join('; ') || 'it has no comparison'
  throw new UserError(`${dir} is not valid, and its figures say nothing (${reason}). Run it again.`)
}
