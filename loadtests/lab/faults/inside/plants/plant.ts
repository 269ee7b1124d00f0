import type { StackName } from '../../../stacks/stack.ts'
import type { Edit } from './edit.ts'

/** A bug, and the edits that make it. */
export type Plant = {
  /** Begins with the stack's name. */
  name: string
  /** What a person reads. */
  title: string
  stack: StackName
  edits: Edit[]
}
