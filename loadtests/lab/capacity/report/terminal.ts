import { colours as pc } from '../../cli/colours.ts'
import { renderTable } from '../../cli/table.ts'
import type { CapacityResult } from '../result.ts'
import { columns, tableRows } from './rows.ts'
import { headline, notices, ratioText, stackSentences } from './words.ts'

/** What the terminal shows at the end: the table and the finding, and in red what is not as it must be. */
export function terminalReport(result: CapacityResult): string {
  const { ratio } = result
  const rows = tableRows(result).map(({ stack, rate, cells }) => [`${stack} ${rate}/s`, ...cells])
  return [
    renderTable(['', ...columns.map(({ title }) => title)], rows),
    '',
    pc.bold(headline(result)),
    ...result.stacks.map(stackSentences),
    ...(ratio ? [`Services / monolith: ${ratioText(ratio)}.`] : []),
    ...notices(result).map((it) => pc.yellow(it)),
    ...[...result.faults, ...result.refusals].map((it) => pc.red(it)),
  ].join('\n')
}
