import { conditions } from '../../capacity/report/conditions.ts'
import { list, safe, table } from '../../capacity/report/markdown-parts.ts'
import type { OverloadResult } from '../result.ts'
import { method, warnings } from './method.ts'
import { columns, tableRows } from './rows.ts'
import { headline, stackSentences } from './words.ts'

/** `overload.md`. */
export function markdownReport(result: OverloadResult): string {
  const faults = result.stacks.flatMap((it) => it.faults.map((fault) => `${it.stack}: ${fault}`))
  return [
    '# One Shop, Twice: overload',
    `**${safe(headline(result))}**`,
    ...result.stacks.map((it) => safe(stackSentences(it))),
    ...warnings(result).map(safe),
    ...(faults.length > 0 ? [list(faults)] : []),
    '![Goodput against offered load](goodput.svg)',
    table(
      ['stack', 'load', ...columns.map(({ title }) => title)],
      tableRows(result).map(({ stack, times, cells }) => [stack, times, ...cells]),
    ),
    '## How it was measured',
    list(method(result)),
    table(['', ''], conditions(result)),
    '## Again',
    `    ${result.command}`,
    'Every figure is in [overload.json](overload.json).',
  ]
    .join('\n\n')
    .concat('\n')
}
