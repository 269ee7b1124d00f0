import { colours as pc } from '../../cli/colours.ts'
import { renderTable } from '../../cli/table.ts'
import { figure } from '../../report/format.ts'
import type { TraceResult } from '../result.ts'
import { COST_HEAD, costRows, shareRows } from './words.ts'

/** What a person at the terminal wants to know. */
export function terminalReport(result: TraceResult): string {
  const orders = result.stacks.flatMap(({ stack, picks }) =>
    picks.map((pick) => {
      const title = pc.bold(`${stack}, order at p${pick.percentile}: ${figure(pick.settledMs)} ms`)
      return `${title}\n${renderTable(['process', 'time', 'ms', 'share'], shareRows(pick))}`
    }),
  )
  const costs = costRows(result)
  const cost = `${pc.bold('CPU time of the Node processes for each settled order')}\n${renderTable(COST_HEAD, costs)}`
  const complaints = result.stacks.flatMap(({ complaints }) => complaints.map((it) => pc.red(it)))
  return [...orders, ...(costs.length > 0 ? [cost] : []), ...complaints].join('\n\n')
}
