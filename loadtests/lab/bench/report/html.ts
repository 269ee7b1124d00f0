import { RUNGS } from '../../ladder/rungs.ts'
import { auditList } from '../../report/audit-list.ts'
import type { Chart } from '../../report/charts/charts.ts'
import { safe } from '../../report/escape.ts'
import { figureOf, htmlPage } from '../../report/page.ts'
import type { BenchResult } from '../result.ts'
import { conditions } from './conditions.ts'
import { method, notices, rungList } from './method.ts'
import { aimsTable, rungsTable, type Table } from './tables.ts'
import { headline } from './words.ts'

const BENCH_STYLE = `
.table td { white-space: nowrap; }
.verdict-reached { color: #18634b; font-weight: 600; }
.verdict-not-reached { color: var(--red); font-weight: 600; }
@media screen and (prefers-color-scheme: dark) { .verdict-reached { color: #6fd3a8; } }
`

/** `report.html`: one file that asks for nothing from outside. */
export function htmlReport(result: BenchResult, charts: Chart[]): string {
  const day = `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return htmlPage({
    title: `One Shop, Twice: bench, ${day}`,
    kicker: `One Shop, Twice · bench · ${day}`,
    heading: headline(result),
    lead: notices(result)
      .map((it) => `<p class="warning">${safe(it)}</p>`)
      .join('\n'),
    style: BENCH_STYLE,
    main: `${result.faults.length > 0 ? invalid(result) : figures(result, charts)}
<section>
<h2>How it was measured</h2>
<ul>${method(result)
      .map((it) => `<li>${safe(it)}</li>`)
      .join('\n')}</ul>
${definitions(conditions(result))}
</section>
<section>
<h2>What must always hold</h2>
<p>Checked on the real databases and queues after the load.</p>
${result.audits.map(({ rung, audit }) => `<h3>${safe(RUNGS[rung].title)}</h3>${auditList(audit)}`).join('\n')}
</section>
<section>
<h2>Run it again</h2>
<pre><code>${safe(result.command)}</code></pre>
<p>Every figure of every turn is in <a href="bench.json">bench.json</a>.</p>
</section>`,
  })
}

const figures = (result: BenchResult, charts: Chart[]) => `<section>
<h2>Ratios beside their aims</h2>
${tableOf(aimsTable(result), (text, i) => verdictCell(text, i))}
</section>
<section>
<h2>The ladder</h2>
${definitions(rungList(result))}
<div class="charts">
${charts.map(figureOf).join('\n')}
</div>
${result.options.loads.map((load) => `<h3>${load}</h3>${tableOf(rungsTable(result, load))}`).join('\n')}
</section>`

const invalid = ({ faults }: BenchResult) =>
  `<section class="invalid" role="alert"><h2>What is not as it must be</h2><ul>${faults.map((it) => `<li>${safe(it)}</li>`).join('\n')}</ul></section>`

const definitions = (entries: [string, string][]) =>
  `<dl>${entries.map(([name, value]) => `<div><dt>${safe(name)}</dt><dd>${safe(value)}</dd></div>`).join('\n')}</dl>`

function tableOf(
  { head, rows }: Table,
  cell = (text: string, _column: number) => `<td>${safe(text)}</td>`,
): string {
  const heads = head.map((it) => (it ? `<th scope="col">${safe(it)}</th>` : '<td></td>')).join('')
  const body = rows.map(([first = '', ...rest]) => {
    return `<tr><th scope="row">${safe(first)}</th>${rest.map((text, i) => cell(text, i + 1)).join('')}</tr>`
  })
  return `<div class="table"><table><thead><tr>${heads}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
}

/** The verdict is the last column. */
function verdictCell(text: string, column: number): string {
  const name = column === 4 ? ` class="verdict-${text.replaceAll(' ', '-')}"` : ''
  return `<td${name}>${safe(text)}</td>`
}
