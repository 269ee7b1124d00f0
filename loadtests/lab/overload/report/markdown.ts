import type { OverloadResult } from '../result.ts'
import { conditions } from './conditions.ts'
import { method } from './method.ts'
import { columns, tableRows } from './rows.ts'
import { headline, stackSentences } from './words.ts'

/** `overload.md`. */
export function markdownReport(result: OverloadResult): string {
  const faults = result.stacks.flatMap((it) => it.faults.map((fault) => `${it.stack}: ${fault}`))
  return [
    '# One Shop, Twice: overload',
    `**${safe(headline(result))}**`,
    ...result.stacks.map((it) => safe(stackSentences(it))),
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

/** Items of a list. */
export const list = (items: string[]) => items.map((item) => `- ${safe(item)}`).join('\n')

/** A table. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => safe(cell)).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text that came from elsewhere must not end a cell or begin a tag. */
export const safe = (text: string) =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
