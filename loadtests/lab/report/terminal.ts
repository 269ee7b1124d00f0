import { colours as pc } from '../cli/colours.ts'
import { renderTable } from '../cli/table.ts'
import type { Result } from '../compare/result.ts'
import { headline } from './headline.ts'
import { NOT_VALID, nextStep } from './invalid.ts'
import { narrowerText } from './narrower.ts'
import { opening } from './opening.ts'
import { QUIET_TITLE, readingText } from './reading.ts'
import { hasQuiet, ratioCell, tableRows } from './rows.ts'
import { sameTwiceText } from './same-twice.ts'
import { ratioTitle } from './words.ts'

/**
 * What the terminal shows at the end: the table and the finding, or in red why there is none.
 * @param dir of the results, as a person would type it
 */
export function terminalReport(result: Result, dir: string): string {
  if (!result.verdict.valid) return invalid(result, dir)
  const said = [pc.bold(headline(result)), sameTwiceText(result), narrowerText(result)]
  return [
    opening(result),
    result.notes.map((it) => pc.yellow(it)).join('\n'),
    `${comparisonTable(result)}\n${pc.dim(readingText(result).join('\n'))}`,
    ...said,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function comparisonTable(result: Result): string {
  const names = result.arms.map(({ name }) => name)
  const rows = tableRows(result)
  const isPair = names.length === 2
  const showsQuiet = hasQuiet(rows)
  const head = [
    '',
    ...names,
    ...(isPair ? [ratioTitle(result), 'how sure'] : []),
    ...(showsQuiet ? [QUIET_TITLE] : []),
  ]
  const cells = rows.map((row) => [
    `${row.isPart ? '  ' : ''}${row.label}`,
    ...row.means,
    ...(isPair ? [ratioCell(row), row.sure] : []),
    ...(showsQuiet ? [row.quiet] : []),
  ])
  return renderTable(head, cells, { right: names.map((_, i) => i + 1) })
}

function invalid(result: Result, dir: string): string {
  const reasons = result.verdict.reasons.map((reason) => pc.red(`  ${reason}`))
  return [opening(result), '', pc.red(pc.bold(NOT_VALID)), ...reasons, '', nextStep(result, dir)].join('\n')
}
