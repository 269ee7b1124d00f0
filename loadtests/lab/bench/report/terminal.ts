import { colours as pc } from '../../cli/colours.ts'
import { renderTable } from '../../cli/table.ts'
import type { Row } from '../aims.ts'
import type { BenchResult } from '../result.ts'
import { notices } from './method.ts'
import { aimsTable, rungsTable } from './tables.ts'
import { headline } from './words.ts'

const COLOUR: Record<Row['verdict'], (text: string) => string> = {
  reached: pc.green,
  'not reached': pc.red,
  'cannot tell': pc.yellow,
  'not measured': pc.dim,
}

/** What the terminal shows at the end: the ladder, each ratio beside its aim, and what a reader must know of them. */
export function terminalReport(result: BenchResult): string {
  if (result.faults.length > 0) return invalid(result)
  const ladders = result.options.loads.map((load) => {
    const { head, rows } = rungsTable(result, load)
    return `${pc.bold(load)}\n${renderTable(head, rows)}`
  })
  const { head, rows } = aimsTable(result, '\n  ')
  const coloured = rows.map((cells, i) => [
    ...cells.slice(0, -1),
    COLOUR[result.rows[i]!.verdict](cells.at(-1)!),
  ])
  const audits = result.audits.map(({ rung }) => rung).join(', ')
  return [
    ...ladders,
    '',
    renderTable(head, coloured),
    pc.dim(`Audit passed: ${audits}.`),
    ...notices(result).map((it) => pc.yellow(it)),
    '',
    pc.bold(headline(result)),
  ].join('\n')
}

const invalid = ({ faults }: BenchResult) =>
  [
    pc.red(pc.bold('This run is not valid, so its figures are not shown.')),
    ...faults.map((it) => pc.red(`  ${it}`)),
  ].join('\n')
