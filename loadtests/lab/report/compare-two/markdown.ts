import { document, list, safe, table } from '../markdown-text.ts'
import type { Change } from './changes.ts'
import type { Pair } from './pair.ts'
import { warningsOf } from './warnings.ts'
import { aboutRuns, HEAD, headline, method, READING, rowOf, tableTitle } from './words.ts'

/** The comparison as Markdown, short enough for a pull request. */
export const markdownReport = (pair: Pair, changes: Change[]): string =>
  document([
    `# One Shop, Twice: ${safe(pair.after.result.options.scenario)}, before and after`,
    ...warningsOf(pair).map((it) => `> **Note:** ${safe(it)}`),
    `**${safe(headline(pair, changes))}**`,
    '## Every ratio',
    table([tableTitle(pair), ...HEAD], changes.map(cells)),
    READING,
    '## The two runs',
    table(['', 'before', 'after'], aboutRuns(pair)),
    '## How they were compared',
    list(method(pair)),
  ])

function cells(change: Change): string[] {
  const [title, ...others] = rowOf(change)
  const isClear = change.verdict === 'more' || change.verdict === 'less'
  return [
    change.partOf ? `of it, ${title}` : title,
    ...others.slice(0, -1),
    isClear ? `**${change.verdict}**` : (change.verdict ?? ''),
  ]
}
