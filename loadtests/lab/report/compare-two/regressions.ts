import type { Result } from '../../compare/result.ts'
import { ratioText } from '../format.ts'
import { primaries } from '../headline.ts'
import type { Change } from './changes.ts'

/** What is surely more than so many percent worse: a sentence each. @param percent 0 or more */
export const regressionsOf = (changes: Change[], percent: number): string[] =>
  changes
    .filter(({ verdict, ratio }) => verdict === 'more' && isBeyond(ratio.low, percent))
    .map(
      (it) =>
        `${it.title}: ${ratioText(it.before)} before, ${ratioText(it.after)} after: ${ratioText(it.ratio)}`,
    )

/** The same of one run that holds a stack against itself. */
export function regressionsWithin(result: Result, percent: number): string[] {
  const { cpu, median } = primaries(result)
  return [cpu, median]
    .filter((it) => it !== undefined)
    .filter(({ verdict, ratio }) => verdict === 'higher' && isBeyond(ratio?.low ?? null, percent))
    .map(({ title, ratio }) => `${title}: now / before ${ratioText(ratio)}`)
}

/** The whole interval, and not just the ratio. */
const isBeyond = (low: number | null, percent: number) => low !== null && low > 1 + percent / 100
