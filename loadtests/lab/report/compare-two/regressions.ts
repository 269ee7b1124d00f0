import type { Change } from './changes.ts'

/**
 * What got worse beyond doubt: the whole interval lies beyond `percent`, and beyond the runs' resolution. More is worse of
 * every measure that is compared.
 * @param percent 0 or more
 */
export const regressionsOf = (changes: Change[], percent: number): Change[] =>
  changes.filter(
    ({ verdict, ratio, resolution }) =>
      verdict === 'more' && ratio.low !== null && ratio.low > Math.max(1 + percent / 100, resolution),
  )
