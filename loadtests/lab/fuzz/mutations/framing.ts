import type { Framing } from '../draft.ts'
import { hasBody, type Mutation } from './mutation.ts'

const framings: [Framing, string][] = [
  ['chunked', 'a body in chunks'],
  ['too short', 'a length that is too short'],
  ['too long', 'a length that is too long, then the end'],
  ['both', 'a length and chunks'],
  ['bad chunk', 'a chunk that is not as long as it says'],
  ['not a number', 'a length that is no number'],
  ['untold', 'a body of a length that is not told'],
]

/** Lies about where the body ends. */
export const framingMutations: Mutation[] = framings.map(([framing, name]) => ({
  name,
  fits: hasBody,
  apply: (draft) => ({ ...draft, framing }),
}))
