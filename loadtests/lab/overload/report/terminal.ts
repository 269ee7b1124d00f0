import { colours as pc } from '../../cli/colours.ts'
import { renderTable } from '../../cli/table.ts'
import type { OverloadResult } from '../result.ts'
import { warnings } from './method.ts'
import { columns, tableRows } from './rows.ts'
import { headline, stackSentences } from './words.ts'

/** The terminal has no room for more; all columns are in the report. */
const SHOWN = columns.filter(({ title }) => !/^(not sent|cores|quiet)/.test(title))

/** What the terminal shows at the end: the table and the finding, and in red what is not as it must be. */
export function terminalReport(result: OverloadResult): string {
  const kept = SHOWN.map((column) => columns.indexOf(column))
  const rows = tableRows(result).map(({ stack, times, cells }) => [
    `${stack} ${times}`,
    ...kept.map((i) => cells[i]!),
  ])
  const faults = result.stacks.flatMap((it) => it.faults.map((fault) => pc.red(`${it.stack}: ${fault}`)))
  return [
    renderTable(['', ...SHOWN.map(({ title }) => title)], rows),
    '',
    pc.bold(headline(result)),
    ...result.stacks.map(stackSentences),
    ...warnings(result).map((it) => pc.yellow(it)),
    ...faults,
  ].join('\n')
}
