import { conditions } from '../../capacity/report/conditions.ts'
import { LOADS_STYLE } from '../../capacity/report/loads-style.ts'
import { auditList } from '../../report/audit-list.ts'
import type { Chart } from '../../report/charts/charts.ts'
import { safe } from '../../report/escape.ts'
import { figureOf, htmlPage } from '../../report/page.ts'
import type { OverloadResult } from '../result.ts'
import { loadTable } from './load-table.ts'
import { method, warnings } from './method.ts'
import { headline, stackSentences } from './words.ts'

/** `report.html`: one file that asks for nothing from outside. */
export function htmlReport(result: OverloadResult, charts: Chart[]): string {
  const day = `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return htmlPage({
    title: `One Shop, Twice: overload, ${day}`,
    kicker: `One Shop, Twice · overload · ${day}`,
    heading: headline(result),
    lead: lead(result),
    style: LOADS_STYLE,
    main: `<section class="charts">
${charts.map(figureOf).join('\n')}
</section>
<section>
<h2>Load by load</h2>
${loadTable(result)}
</section>
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
<h2>What must always hold</h2>
<p>Checked on the real databases and queues after all loads: nothing that was answered is lost.</p>
${result.stacks.map(({ audit }) => auditList(audit)).join('\n')}
</section>
<section>
<h2>Run it again</h2>
<pre><code>${safe(result.command)}</code></pre>
<p>Every figure is in <a href="overload.json">overload.json</a>.</p>
</section>`,
  })
}

function lead(result: OverloadResult): string {
  const { stacks } = result
  const faults = stacks.flatMap((it) => it.faults.map((fault) => `${it.stack}: ${fault}`))
  const failed = `<section class="invalid" role="alert"><h2>What is not as it must be</h2><ul>${faults.map((it) => `<li>${safe(it)}</li>`).join('\n')}</ul></section>`
  return [
    ...stacks.map((it) => `<p>${safe(stackSentences(it))}</p>`),
    ...warnings(result).map((it) => `<p class="warning">${safe(it)}</p>`),
    ...(faults.length > 0 ? [failed] : []),
  ].join('\n')
}
