import type { Result } from '../../compare/result.ts'
import type { Pair } from './pair.ts'

/** A field of the result that the runs do not share: its path, and what both say. */
export type Difference = { field: string; before: string; after: string }

const COMPARED = [
  'project',
  'machine',
  'versions',
  'options',
  'environment',
  'fairness',
  'prices',
  'rule',
] as const

/** What differs between the runs besides what was measured. */
export function differencesOf({ before, after }: Pair): Difference[] {
  const [old, now] = [fieldsOf(before.result), fieldsOf(after.result)]
  const names = new Set([...old.keys(), ...now.keys()])
  return [...names]
    .map((field) => ({ field, before: old.get(field) ?? ABSENT, after: now.get(field) ?? ABSENT }))
    .filter((it) => it.before !== it.after)
}

/** What a run says of a field that it does not have. */
export const ABSENT = 'not said'

function fieldsOf(result: Result): Map<string, string> {
  return new Map(COMPARED.flatMap((part) => leaves(part, result[part])))
}

function leaves(path: string, value: unknown): [string, string][] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null) return [[path, value === null ? 'none' : String(value)]]
  const isList = Array.isArray(value) && value.every((it) => typeof it !== 'object')
  if (isList) return [[path, value.join(', ') || 'none']]
  return Object.entries(value).flatMap(([key, inner]) => leaves(`${path}.${inner?.name ?? key}`, inner))
}

/** The differences of some part: of `machine`, say, or of the one field `options.seed`. */
export const within = (differences: Difference[], part: string) =>
  differences.filter(({ field }) => field === part || field.startsWith(`${part}.`))
