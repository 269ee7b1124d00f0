import { projectRoot } from '../infra/paths.ts'
import type { Checkout } from '../stacks/checkout.ts'
import type { StackName } from '../stacks/stack.ts'

/** One side of a comparison: a stack, as the working tree has it or as a commit has it. */
export type Arm = {
  /** What it is called in results: the stack, or `before` and `now` of one stack. */
  name: string
  stack: StackName
  /** The commit that it runs from; null for the working tree. */
  commit: string | null
}

/** An arm, and the checkout that its processes start from. */
export type PlacedArm = Arm & { root: string }

/** The stacks of the working tree. */
export const armsOf = (stacks: StackName[]): PlacedArm[] =>
  stacks.map((stack) => ({ name: stack, stack, commit: null, root: projectRoot }))

/** One stack of another checkout, and the same of the working tree. */
export const armsAgainst = (stack: StackName, { commit, root }: Checkout): PlacedArm[] => [
  { name: 'before', stack, commit, root },
  { name: 'now', stack, commit: null, root: projectRoot },
]
