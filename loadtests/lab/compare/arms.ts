import type { StackName } from '../stacks/stack.ts'

/** One side of a comparison: a stack, as the working tree has it or as a commit has it. */
export type Arm = {
  /** What it is called in results: the stack, or `before` and `now` of one stack. */
  name: string
  stack: StackName
  /** The commit that it runs from; null for the working tree. */
  commit: string | null
}

/** The stacks of the working tree. */
export const armsOf = (stacks: StackName[]): Arm[] =>
  stacks.map((stack) => ({ name: stack, stack, commit: null }))

/** One stack of a commit, and the same of the working tree. */
export const armsAgainst = (stack: StackName, commit: string): Arm[] => [
  { name: 'before', stack, commit },
  { name: 'now', stack, commit: null },
]
