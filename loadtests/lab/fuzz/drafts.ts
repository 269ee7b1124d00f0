import fc from 'fast-check'
import type { Operation } from './document.ts'
import { type Draft, type DraftOptions, validDrafts } from './draft.ts'
import type { Mutation } from './mutations/mutation.ts'
import { mutations } from './mutations.ts'

/** Of a hundred requests, so many are left as they are. */
const VALID = 25
/** And so many are spoilt twice. */
const TWICE = 10

/** Requests for all operations of a document; the same seed makes the same ones. */
export function makeDrafts(
  operations: Operation[],
  options: DraftOptions,
  count: number,
  seed: number,
): Draft[] {
  const spoiling = fc.tuple(fc.nat(99), fc.nat(), fc.nat(), fc.nat(), fc.nat())
  const requests = operations.map((operation) => fc.tuple(validDrafts(operation, options), spoiling))
  return fc.sample(fc.oneof(...requests), { numRuns: count, seed }).map(([draft, [chance, ...numbers]]) => {
    if (chance < VALID) return draft
    const once = spoilt(draft, numbers[0], numbers[1])
    return chance < 100 - TWICE ? once : spoilt(once, numbers[2], numbers[3])
  })
}

function spoilt(draft: Draft, which: number, n: number): Draft {
  const fitting = mutations
    .filter(({ fits }) => fits(draft))
    .flatMap((it) => Array<Mutation>(it.weight ?? 1).fill(it))
  const mutation = fitting[which % fitting.length]!
  const before = draft.mutation === 'valid' ? '' : `${draft.mutation} + `
  return { ...mutation.apply(draft, n), mutation: `${before}${mutation.name}` }
}
