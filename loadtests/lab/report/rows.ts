import type { Measure, Result } from '../compare/result.ts'
import { figure, ratioParts, ratioText, unitText } from './format.ts'
import { sureText } from './sure.ts'

/** One row of the table as text, its means in the order of the arms. */
export type Row = {
  /** The measure and its unit. */
  label: string
  /** Whether it is a part of a row above. */
  isPart: boolean
  means: string[]
  /** Second arm to first; empty where there is none, and no range where it is exact. */
  ratio: { value: string; range: string }
  sure: string
  /** The ratio over undisturbed blocks alone, where it reads differently. */
  quiet: string
}

/** The table of a valid run; empty for another. */
export function tableRows({ comparison, arms, prices }: Result): Row[] {
  return (comparison ?? []).filter(isThere).map((measure) => {
    const sure = sureText(measure)
    return {
      label: named(measure.title, unitText(measure.unit, prices.currency)),
      isPart: measure.partOf !== null,
      means: arms.map(({ name }) => meanText(measure.arms[name]!.mean)),
      ratio: ratioOf(measure, sure === 'exact'),
      sure,
      quiet: quietText(measure),
    }
  })
}

/** Whether a column for undisturbed blocks has anything to say. */
export const hasQuiet = (rows: Row[]) => rows.some(({ quiet }) => quiet !== '')

/** `3.79× (3.66–3.92)`. */
export const ratioCell = ({ ratio: { value, range } }: Row) => (range ? `${value} (${range})` : value)

/** The label of a row. */
export const named = (title: string, unit: string) => (unit === '' ? title : `${title}, ${unit}`)

/** A server that nobody uses is no row. */
const isThere = ({ arms }: Measure) => Object.values(arms).some(({ mean }) => mean > 0)

function ratioOf({ ratio }: Measure, isExact: boolean): Row['ratio'] {
  if (!ratio) return { value: '', range: '' }
  const { value, low, high } = ratioParts(ratio)
  return { value: `${value}×`, range: low === '' || isExact ? '' : `${low}–${high}` }
}

const meanText = (mean: number) => (mean === 0 ? 'none' : figure(mean))

const quietText = ({ ratio, quiet }: Measure) =>
  ratioText(quiet) === ratioText(ratio) ? '' : ratioText(quiet)
