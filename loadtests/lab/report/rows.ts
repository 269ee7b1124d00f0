import type { Measure, Result } from '../compare/result.ts'
import { figure, range, ratioText, unitText } from './format.ts'

/** One row of the table as text. `cells` follow the order of the stacks. */
export type Row = { title: string; unit: string; cells: { mean: string; range: string }[]; ratio: string }

/** The table of a valid run; empty for another. */
export function tableRows({ comparison, stacks }: Result): Row[] {
  return (comparison ?? []).filter(isThere).map((measure) => ({
    title: measure.title,
    unit: unitText(measure.unit),
    cells: stacks.map(({ name }) => {
      const interval = measure.stacks[name]!
      return interval.mean === 0
        ? { mean: 'none', range: '' }
        : { mean: figure(interval.mean), range: range(interval) }
    }),
    ratio: ratioText(measure.ratio),
  }))
}

/** A server that no stack uses is no row. */
const isThere = ({ stacks }: Measure) => Object.values(stacks).some(({ mean }) => mean > 0)
