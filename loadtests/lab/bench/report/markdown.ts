import type { Chart } from '../../report/charts/charts.ts'
import type { BenchResult } from '../result.ts'
import { conditions } from './conditions.ts'
import { method, notices, rungList } from './method.ts'
import { aimsTable, rungsTable, type Table } from './tables.ts'
import { headline } from './words.ts'

/** `bench.md`. */
export function markdownReport(result: BenchResult, charts: Chart[]): string {
  const parts =
    result.faults.length > 0
      ? [list(result.faults)]
      : [
          ...notices(result).map(safe),
          table(aimsTable(result)),
          '## The ladder',
          table({ head: ['rung', 'what it is'], rows: rungList(result) }),
          ...result.options.loads.flatMap((load) => [`### ${load}`, table(rungsTable(result, load))]),
          ...charts.map(({ title, id }) => `![${title}](${id}.svg)`),
        ]
  return [
    '# One Shop, Twice: bench',
    `**${safe(headline(result))}**`,
    ...parts,
    '## How it was measured',
    list(method(result)),
    table({ head: ['', ''], rows: conditions(result) }),
    '## Again',
    `    ${result.command}`,
    'Every figure is in [bench.json](bench.json).',
  ]
    .join('\n\n')
    .concat('\n')
}

const list = (items: string[]) => items.map((item) => `- ${safe(item)}`).join('\n')

function table({ head, rows }: Table): string {
  const line = (cells: string[]) => `| ${cells.map(safe).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text that came from elsewhere must not end a cell or begin a tag. */
const safe = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
