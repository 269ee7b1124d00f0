import { bodyMutations } from './mutations/body.ts'
import { framingMutations } from './mutations/framing.ts'
import { headerMutations } from './mutations/headers.ts'
import type { Mutation } from './mutations/mutation.ts'
import { targetMutations } from './mutations/target.ts'
import { tokenMutations } from './mutations/tokens.ts'

/** All that is done to valid requests. */
export const mutations: Mutation[] = [
  ...bodyMutations,
  ...headerMutations,
  ...targetMutations,
  ...tokenMutations,
  ...framingMutations,
]
