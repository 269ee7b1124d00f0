import Table from 'cli-table3'
import { colours as pc } from '../cli/colours.ts'
import type { Result } from '../compare/result.ts'
import { company, isDisturbed } from './company.ts'
import { headline } from './headline.ts'
import { named, tableRows } from './rows.ts'
import { CONTROL, voids } from './validity.ts'

const AGAIN =
  'Close other programs, let the machine come to rest, and run it again. docs/method.md says what makes a round void, and how to count it nevertheless.'

/** What the terminal shows at the end: the table and the finding, or in red why there is none. */
export function terminalReport(result: Result): string {
  if (!result.verdict.valid) return invalid(result)
  const names = result.stacks.map(({ name }) => name)
  const last = names.length === 2 ? ['services / monolith', 'less has', 'A/A'] : []
  const table = new Table({
    head: ['', ...names, ...last],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...names.map(() => 'right' as const), 'left'],
  })
  for (const { title, unit, cells, ratio, less, resolution } of tableRows(result)) {
    const label = title.startsWith('of it') ? `  ${named(title, unit)}` : named(title, unit)
    table.push([
      label,
      ...cells.map(({ mean }) => mean),
      ...(last.length > 0 ? [ratio, less, resolution] : []),
    ])
  }
  const passed = `Audit passed on ${names.join(' and ')}. In brackets: 95% intervals over ${result.blocks.counted} blocks. ${voids(result)}`
  const control = names.length === 2 ? [pc.dim(CONTROL)] : []
  const lines = [table.toString(), pc.dim(passed), ...control, '', pc.bold(headline(result))]
  if (isDisturbed(result)) lines.push('', pc.yellow(company(result)))
  return lines.join('\n')
}

function invalid({ verdict, audit }: Result): string {
  const title = pc.red(pc.bold('This run is not valid, so its figures are not shown.'))
  const next = audit.every(({ passed }) => passed) ? ['', AGAIN] : []
  return [title, ...verdict.reasons.map((reason) => pc.red(`  ${reason}`)), ...next].join('\n')
}
