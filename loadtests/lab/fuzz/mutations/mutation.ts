import type { Draft } from '../draft.ts'

/**
 * One way to spoil a request.
 * @param n any whole number from 0: it chooses among the values and places that the mutation has
 */
export type Mutation = {
  name: string
  /** How often it is chosen, against others. Default 1. */
  weight?: number
  fits(draft: Draft): boolean
  apply(draft: Draft, n: number): Draft
}

export const hasBody = ({ body }: Draft) => body !== undefined
export const always = () => true

/** The n-th of a list that goes round. */
export const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!

export const header = ({ headers }: Draft, name: string): string | undefined =>
  headers.find(([it]) => it.toLowerCase() === name.toLowerCase())?.[1]

/** The draft with a header in place of all of its name; undefined takes them away. */
export function withHeader(draft: Draft, name: string, value: string | undefined): Draft {
  const others = draft.headers.filter(([it]) => it.toLowerCase() !== name.toLowerCase())
  return { ...draft, headers: value === undefined ? others : [...others, [name, value]] }
}

export const alsoHeader = (draft: Draft, name: string, value: string): Draft => ({
  ...draft,
  headers: [...draft.headers, [name, value]],
})
