import { colours as pc } from '../../cli/colours.ts'
import { renderTable } from '../../cli/table.ts'
import { requireAlike } from '../compare-two/pair.ts'
import type { Run } from '../compare-two/read-run.ts'
import { document, list, safe, table } from '../markdown-text.ts'
import { agreement } from './agreement.ts'
import { headOf, lineOf } from './lines.ts'

export type Runs = [Run, ...Run[]]

/** @throws UserError when the runs are not of the same */
export function lineUp(runs: Run[]): Runs {
  requireAlike(runs)
  return runs as Runs
}

export const terminalReport = (runs: Runs): string =>
  [
    renderTable(headOf(runs), runs.map(lineOf), { wrap: 1, right: [0, 3] }),
    ...agreement(runs).map((it) => pc.bold(it)),
  ].join('\n')

export const markdownReport = (runs: Runs): string =>
  document([
    `# One Shop, Twice: ${safe(runs[0].result.options.scenario)}, ${runs.length} runs`,
    table(headOf(runs), runs.map(lineOf)),
    list(agreement(runs)),
  ])
