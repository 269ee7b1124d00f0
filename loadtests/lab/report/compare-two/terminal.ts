import { colours as pc } from '../../cli/colours.ts'
import { renderTable } from '../../cli/table.ts'
import type { Change } from './changes.ts'
import type { Pair } from './pair.ts'
import { warningsOf } from './warnings.ts'
import { aboutRuns, HEAD, headline, READING, rowOf, tableTitle } from './words.ts'

/** What the terminal shows: warnings, the runs, a row for each ratio, and what was found. */
export function terminalReport(pair: Pair, changes: Change[]): string {
  const rows = changes.map((change) => {
    const [title, ...cells] = rowOf(change)
    return [`${change.partOf ? '  ' : ''}${title}`, ...cells.slice(0, -1), inColour(change.verdict)]
  })
  return [
    ...warningsOf(pair).map((it) => pc.yellow(it)),
    renderTable(['', 'before', 'after'], aboutRuns(pair), { wrap: 2 }),
    `${renderTable([tableTitle(pair), ...HEAD], rows)}\n${pc.dim(READING)}`,
    pc.bold(headline(pair, changes)),
  ].join('\n\n')
}

function inColour(verdict: Change['verdict']): string {
  if (verdict === null) return ''
  if (verdict === 'cannot tell') return pc.dim(verdict)
  return verdict === 'more' ? pc.red(verdict) : pc.green(verdict)
}
