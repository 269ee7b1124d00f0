import { colours as pc } from '../../cli/colours.ts'
import { renderTable } from '../../cli/table.ts'
import { figure } from '../format.ts'
import { named } from '../rows.ts'
import type { Change, Pair } from './changes.ts'
import { warningsOf } from './warnings.ts'
import { aboutRuns, headline, ratioText, resolutionText } from './words.ts'

/** What the terminal shows: warnings, the runs, a row for each stack and measure, and what was found. */
export function terminalReport(pair: Pair, changes: Change[]): string {
  const rows = changes.map((change) => [
    change.stack,
    named(change.title, change.unit),
    figure(change.before),
    figure(change.after),
    ratioText(change),
    resolutionText(change),
    inColour(change.verdict),
  ])
  return [
    ...warningsOf(pair).map((it) => pc.yellow(it)),
    renderTable(['', 'before', 'after'], aboutRuns(pair), { wrap: 2 }),
    renderTable(['stack', 'measure', 'before', 'after', 'after / before', 'A/A', 'verdict'], rows),
    pc.dim('In brackets: 95% intervals. A/A: what is nearer to 1 than that, these runs cannot tell.'),
    pc.bold(headline(changes)),
  ].join('\n\n')
}

function inColour(verdict: Change['verdict']): string {
  if (verdict === 'cannot tell') return pc.dim(verdict)
  return verdict === 'more' ? pc.red(verdict) : pc.green(verdict)
}
