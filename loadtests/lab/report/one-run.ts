import { UserError } from '../infra/user-error.ts'
import { requireEnough, requireValid } from './compare-two/pair.ts'
import type { Run } from './compare-two/read-run.ts'
import { regressionsWithin } from './compare-two/regressions.ts'
import { isAgainst } from './words.ts'

/**
 * What a run that holds a stack against itself found to be surely worse, a sentence each.
 * @throws UserError when the question has no answer
 */
export function regressionsIn(run: Run, percent: number): string[] {
  if (!isAgainst(run.result))
    throw new UserError(
      `--fail-on-regression takes two runs, or one that holds a stack against itself (npm run compare -- --against <revision>); ${run.dir} does not.`,
    )
  requireValid(run)
  requireEnough([run])
  return regressionsWithin(run.result, percent)
}
