import type { Chart } from '../../report/charts/charts.ts'
import { safe } from '../../report/escape.ts'
import { figureOf, htmlPage } from '../../report/page.ts'
import type { StackResult, TraceResult } from '../result.ts'
import { COST_HEAD, conditions, costRows, headline, method, shareRows } from './words.ts'

const STYLE = `
.orders { align-items: start; }
.orders table { font-size: 0.85rem; max-width: 540px; }
.orders td:nth-child(n+3), .orders th:nth-child(n+3) { text-align: right; }
`

/** `report.html`: one file that asks for nothing from outside. @param charts by stack and percentile, in the result's order */
export function htmlReport(result: TraceResult, charts: Chart[]): string {
  const day = `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  const picks = result.stacks.flatMap((it) => it.picks)
  const costs = costRows(result)
  return htmlPage({
    title: `One Shop, Twice: where the time goes, ${day}`,
    kicker: `One Shop, Twice · where the time goes · ${day}`,
    heading: headline(result),
    lead: complaints(result.stacks),
    style: STYLE,
    main: `<section class="charts orders">
${picks.map((pick, i) => `<div>${figureOf(charts[i]!)}${shareTable(pick)}</div>`).join('\n')}
</section>
${costs.length > 0 ? costSection(costs) : ''}
<section>
<h2>How it was measured</h2>
<ul>${method(result)
      .map((it) => `<li>${safe(it)}</li>`)
      .join('\n')}</ul>
<dl>${conditions(result)
      .map(([name, value]) => `<div><dt>${safe(name)}</dt><dd>${safe(value)}</dd></div>`)
      .join('\n')}</dl>
</section>
<section>
<h2>Run it again</h2>
<pre><code>${safe(result.command)}</code></pre>
<p>Every span of these orders is in <a href="trace.json">trace.json</a>.</p>
</section>`,
  })
}

const shareTable = (pick: StackResult['picks'][number]) =>
  table(['process', 'time', 'ms', 'share'], shareRows(pick))

const costSection = (rows: string[][]) => `<section>
<h2>What tracing costs</h2>
<p>CPU time of the Node processes for each settled order.</p>
${table(COST_HEAD, rows)}
</section>`

const table = (head: string[], rows: string[][]) => `<div class="table"><table>
<thead><tr>${head.map((it) => `<th>${safe(it)}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row.map((it) => `<td>${safe(it)}</td>`).join('')}</tr>`).join('\n')}</tbody>
</table></div>`

const complaints = (stacks: StackResult[]) =>
  stacks
    .flatMap((it) => it.complaints.map((complaint) => `${it.stack}: ${complaint}`))
    .map((it) => `<p class="warning">${safe(it)}</p>`)
    .join('\n')
