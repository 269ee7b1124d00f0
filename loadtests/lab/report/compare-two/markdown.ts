import { figure } from '../format.ts'
import { named } from '../rows.ts'
import type { Change, Pair } from './changes.ts'
import { warningsOf } from './warnings.ts'
import { aboutRuns, clearChanges, headline, method, ratioText, resolutionText } from './words.ts'

/** The comparison as Markdown, short enough for a pull request. */
export function markdownReport(pair: Pair, changes: Change[]): string {
  return [
    `# One Shop, Twice: ${safe(pair.after.result.options.scenario)}, before and after`,
    ...warningsOf(pair).map((it) => `> **Note:** ${safe(it)}`),
    `**${headline(changes)}**`,
    list(clearChanges(changes)),
    table(['', 'before', 'after'], aboutRuns(pair)),
    '## Every measure',
    table(['stack', 'measure', 'before', 'after', 'after / before', 'A/A', 'verdict'], changes.map(rowOf)),
    'In brackets: 95% intervals. A/A: what is nearer to 1 than that, these runs cannot tell.',
    '## How they were compared',
    list(method(changes)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

const rowOf = (change: Change) => [
  change.stack,
  named(change.title, change.unit),
  figure(change.before),
  figure(change.after),
  ratioText(change),
  resolutionText(change),
  change.verdict === 'cannot tell' ? change.verdict : `**${change.verdict}**`,
]

const list = (items: string[]) => items.map((item) => `- ${safe(item)}`).join('\n')

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(safe).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text that came from elsewhere must not end a cell or begin a tag. */
const safe = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
