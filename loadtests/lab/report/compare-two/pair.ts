import { UserError } from '../../infra/user-error.ts'
import { LEAST_UNITS } from '../../stats/ratio.ts'
import type { Run } from './read-run.ts'

/** Two runs of the same scenario and arms, valid both. */
export type Pair = { before: Run; after: Run }

/**
 * Two runs that can be held against each other.
 * @throws UserError when one is not valid or is of one stack alone, or they are not of the same
 */
export function pairUp(before: Run, after: Run): Pair {
  requireAlike([before, after])
  for (const run of [before, after]) {
    requireValid(run)
    requirePair(run)
  }
  return { before, after }
}

/** @throws UserError when runs are not of the same scenario, or do not compare the same */
export function requireAlike([first, ...others]: Run[]): void {
  for (const run of others) {
    const [old, now] = [first!.result.options.scenario, run.result.options.scenario]
    if (old !== now)
      throw new UserError(
        `${first!.dir} is of the scenario ${old}, ${run.dir} of ${now}: compare runs of the same one (npm run compare -- --scenario ${old}).`,
      )
    if (armsText(first!) !== armsText(run))
      throw new UserError(
        `${first!.dir} is of ${armsText(first!)}, ${run.dir} of ${armsText(run)}: compare runs of the same.`,
      )
  }
}

/** @throws UserError when a run repeats too little for anything to be told, so that no regression could ever be found */
export function requireEnough(runs: Run[]): void {
  for (const { dir, result } of runs) {
    if (result.units >= LEAST_UNITS) continue
    throw new UserError(
      `${dir} has ${result.units} blocks that count, too few to find a regression: it takes ${LEAST_UNITS} (npm run compare -- --blocks ${LEAST_UNITS}).`,
    )
  }
}

/** @throws UserError when its figures say nothing */
export function requireValid({ dir, result: { verdict } }: Run): void {
  if (verdict.valid) return
  throw new UserError(
    `${dir} is not valid, and its figures say nothing (${verdict.reasons.join('; ')}). Run it again.`,
  )
}

function requirePair({ dir, result: { arms } }: Run): void {
  if (arms.length === 2) return
  const { stack } = arms[0]!
  throw new UserError(
    `${dir} is of the ${stack} alone, with nothing measured beside it that would tell the code from the day: take npm run compare -- --stacks ${stack} --against <revision>.`,
  )
}

const armsText = ({ result: { arms } }: Run) =>
  arms.map(({ name, stack }) => (name === stack ? name : `${stack} ${name}`)).join(' and ')
