import type { ArmAudit, Result } from '../compare/result.ts'
import { conditions } from './conditions.ts'
import { fairnessManifest } from './fairness.ts'
import { howMany } from './format.ts'
import { headline } from './headline.ts'
import { HERE, NOT_VALID, nextStep } from './invalid.ts'
import { document, list, safe, table } from './markdown-text.ts'
import { method } from './method.ts'
import { narrowerText } from './narrower.ts'
import { opening } from './opening.ts'
import { QUIET_TITLE, readingText } from './reading.ts'
import { hasQuiet, ratioCell, tableRows } from './rows.ts'
import { sameTwiceText } from './same-twice.ts'
import { summary } from './summary.ts'
import { markedRounds, marksText } from './validity.ts'
import { ratioTitle } from './words.ts'

/** `report.md`. */
export function markdownReport(result: Result): string {
  const { scenario, verdict, notes, command } = result
  return document([
    '# One Shop, Twice: the comparison',
    safe(`${scenario.title}.`),
    safe(opening(result)),
    `**${safe(headline(result))}**`,
    ...notes.map((it) => `> **Note:** ${safe(it)}`),
    ...(verdict.valid ? figures(result) : [NOT_VALID, list(verdict.reasons), safe(nextStep(result, HERE))]),
    '## Whether it was fair',
    table(['', ''], fairnessManifest(result)),
    '## What was wrong with rounds',
    marksText(result),
    list(markedRounds(result)),
    '## How it was measured',
    list(method(result)),
    table(['', ''], conditions(result)),
    '## What must always hold',
    ...audits(result),
    '## Again',
    `    ${command}`,
    'Every figure of every round is in [result.json](result.json).',
  ])
}

const figures = (result: Result): string[] => [
  list(summary(result)),
  comparisonTable(result),
  readingText(result).map(safe).join(' '),
  safe(sameTwiceText(result)),
  safe(narrowerText(result)),
]

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
    row.isPart ? `of it, ${row.label}` : row.label,
    ...row.means,
    ...(isPair ? [ratioCell(row), row.sure] : []),
    ...(showsQuiet ? [row.quiet] : []),
  ])
  return table(head, cells)
}

/** Of each arm one list of its checks, and those with a check that failed in full. */
function audits({ audit, arms }: Result): string[] {
  if (audit.length === 0) return ['Nobody looked: the run ended before its audit.']
  return arms.flatMap(({ name }) => {
    const own = audit.filter(({ arm }) => arm === name)
    const failed = own.filter(({ passed }) => !passed)
    if (failed.length > 0) return failed.map((it) => checksTable(`${name}, start ${it.start}`, it))
    const last = own.at(-1)
    return last ? [checksTable(`${name}, after ${howMany(own.length, 'start')}`, last)] : []
  })
}

const checksTable = (title: string, { checks }: ArmAudit) =>
  table(
    [title, '', ''],
    checks.map(({ name, ok, detail }) => [ok ? 'holds' : '**failed**', name, detail]),
  )
