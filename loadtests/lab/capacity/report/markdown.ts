import type { Chart } from '../../report/charts/charts.ts'
import type { CapacityResult } from '../result.ts'
import { conditions } from './conditions.ts'
import { list, safe, table } from './markdown-parts.ts'
import { method } from './method.ts'
import { columns, tableRows } from './rows.ts'
import { capacityText, headline, notices, ratioText, stackSentences } from './words.ts'

/** `capacity.md`. */
export function markdownReport(result: CapacityResult, charts: Chart[]): string {
  const { stacks, ratio, faults, refusals, objective } = result
  const wrong = [...faults, ...refusals]
  return [
    '# One Shop, Twice: capacity',
    `**${safe(headline(result))}**`,
    ...stacks.map((it) => safe(stackSentences(it))),
    ...notices(result).map(safe),
    ...(wrong.length > 0 ? [list(wrong)] : []),
    table(
      ['', `orders a second, p99 settled under ${objective.p99Ms} ms`],
      [
        ...stacks.map((it) => [it.stack, capacityText(it)]),
        ...(ratio ? [['services / monolith', ratioText(ratio)]] : []),
      ],
    ),
    ...charts.map(({ id, title }) => `![${title}](${id}.svg)`),
    table(
      ['stack', 'offered, per second', ...columns.map(({ title }) => title)],
      tableRows(result).map(({ stack, rate, cells }) => [stack, rate, ...cells]),
    ),
    '## How it was measured',
    list(method(result)),
    table(['', ''], conditions(result)),
    '## Again',
    `    ${result.command}`,
    'Every figure is in [capacity.json](capacity.json).',
  ]
    .join('\n\n')
    .concat('\n')
}
