import type { Measure, Result } from '../compare/result.ts'
import { figure, lessText, range, ratioText, resolutionText, unitText } from './format.ts'

/**
 * One row of the table as text. `cells` follow the order of the stacks; `less` is the stack that needs less; `resolution` how
 * near to 1 a ratio may come before the run cannot tell.
 */
export type Row = {
  title: string
  unit: string
  cells: { mean: string; range: string }[]
  ratio: string
  less: string
  resolution: string
}

/** The table of a valid run; empty for another. */
export function tableRows({ comparison, stacks, prices }: Result): Row[] {
  return (comparison ?? []).filter(isThere).map((measure) => ({
    title: measure.title,
    unit: unitText(measure.unit, prices.currency),
    cells: stacks.map(({ name }) => {
      const interval = measure.stacks[name]!
      return interval.mean === 0
        ? { mean: 'none', range: '' }
        : { mean: figure(interval.mean), range: range(interval) }
    }),
    ratio: ratioText(measure.ratio),
    less: lessText(measure.ratio),
    resolution: resolutionText(measure.control),
  }))
}

/** A server that no stack uses is no row. */
const isThere = ({ stacks }: Measure) => Object.values(stacks).some(({ mean }) => mean > 0)

/** The label of a row. */
export const named = (title: string, unit: string) => (unit === '' ? title : `${title}, ${unit}`)
