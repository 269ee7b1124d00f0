import type { AuditResult } from '../audit/audit-stack.ts'
import type { Result } from '../compare/result.ts'
import { conditions } from './conditions.ts'
import { fairnessManifest } from './fairness.ts'
import { headline } from './headline.ts'
import { method } from './method.ts'
import { named, tableRows } from './rows.ts'
import { summary } from './summary.ts'
import { CONTROL, controlSentence, voidRounds, voids } from './validity.ts'

/** `report.md`. */
export function markdownReport(result: Result): string {
  const { scenario, verdict, audit, command } = result
  return [
    '# One Shop, Twice: the comparison',
    `${scenario.title}.`,
    `**${headline(result)}**`,
    list(summary(result)),
    verdict.valid ? comparisonTable(result) : list(verdict.reasons),
    ...(verdict.valid && result.stacks.length === 2 ? [CONTROL] : []),
    '## Whether it was fair',
    table(['', ''], fairnessManifest(result)),
    '## What does not count',
    [voids(result), controlSentence(result)].join(' '),
    list(voidRounds(result)),
    '## How it was measured',
    list(method(result)),
    table(['', ''], conditions(result)),
    '## What must always hold',
    audit.map(auditTable).join('\n\n'),
    '## Again',
    `    ${command}`,
    'Every figure of every round is in [result.json](result.json).',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function comparisonTable(result: Result): string {
  const names = result.stacks.map(({ name }) => name)
  const isPair = names.length === 2
  const rows = tableRows(result).map(({ title, unit, cells, ratio, less, resolution }) => [
    named(title, unit),
    ...cells.map(({ mean, range }) => (range ? `${mean} (${range})` : mean)),
    ...(isPair ? [ratio, less, resolution] : []),
  ])
  return table(['', ...names, ...(isPair ? ['services / monolith', 'less has', 'A/A'] : [])], rows)
}

const auditTable = ({ stack, checks }: AuditResult) =>
  table(
    [stack, '', ''],
    checks.map(({ name, ok, detail }) => [ok ? 'holds' : '**failed**', name, detail]),
  )

const list = (items: string[]) => items.map((item) => `- ${safe(item)}`).join('\n')

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => safe(cell)).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text that came from elsewhere must not end a cell or begin a tag. */
const safe = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
