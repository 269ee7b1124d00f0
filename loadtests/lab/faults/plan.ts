import { UserError } from '../infra/user-error.ts'
import type { StackName } from '../stacks/stack.ts'
import type { Options } from './options.ts'
import type { PlannedRun } from './run-all.ts'

/**
 * The faults that were asked for, on the stacks that were asked for.
 * @throws UserError for a name that none has, and when nothing is left
 */
export function choose<T extends { name: string; stacks: StackName[] }>(
  all: T[],
  { fault: wanted, stack }: Pick<Options, 'fault' | 'stack'>,
): T[] {
  const unknown = wanted?.find((name) => !all.some((it) => it.name === name))
  if (unknown !== undefined)
    throw new UserError(`There is no fault ${unknown}. See them all with: npm run faults -- --list`)
  const chosen = all
    .filter(({ name }) => !wanted || wanted.includes(name))
    .map((it) => ({ ...it, stacks: it.stacks.filter((name) => !stack || name === stack) }))
    .filter(({ stacks }) => stacks.length > 0)
  if (chosen.length === 0) throw new UserError(`None of these faults is one of the ${stack} stack.`)
  return chosen
}

/** Every fault on each of its stacks, so many times, with seeds that follow each other. */
export function planRuns(
  faults: PlannedRun['fault'][],
  { seed, repeat }: Pick<Options, 'seed' | 'repeat'>,
): PlannedRun[] {
  return faults.flatMap((fault) =>
    fault.stacks.flatMap((stack) =>
      Array.from({ length: repeat }, (_, i) => ({ fault, stack, seed: seed + i })),
    ),
  )
}
