import { auditList } from '../../report/audit-list.ts'
import type { Chart } from '../../report/charts/charts.ts'
import { safe } from '../../report/escape.ts'
import { figureOf, htmlPage } from '../../report/page.ts'
import type { CapacityResult } from '../result.ts'
import { conditions } from './conditions.ts'
import { LOADS_STYLE } from './loads-style.ts'
import { method } from './method.ts'
import { columns, tableRows } from './rows.ts'
import { capacityText, headline, notices, ratioText, stackSentences } from './words.ts'

/** `report.html`: one file that asks for nothing from outside. */
export function htmlReport(result: CapacityResult, charts: Chart[]): string {
  const day = `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return htmlPage({
    title: `One Shop, Twice: capacity, ${day}`,
    kicker: `One Shop, Twice · capacity · ${day}`,
    heading: headline(result),
    lead: lead(result),
    style: LOADS_STYLE,
    main: `<section>
<h2>Capacity</h2>
${capacities(result)}
<p class="hint">The rate that holds in half of the probes. In brackets: the highest rate up to which every probe held, and the lowest from which none did.</p>
</section>
<section class="charts">
${charts.map(figureOf).join('\n')}
</section>
<section>
<h2>Rate by rate</h2>
${rateTable(result)}
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
<p>Checked on the real databases and queues after all probes.</p>
${result.stacks.map(({ audit }) => auditList(audit)).join('\n')}
</section>
<section>
<h2>Run it again</h2>
<pre><code>${safe(result.command)}</code></pre>
<p>Every figure of every probe is in <a href="capacity.json">capacity.json</a>.</p>
</section>`,
  })
}

function lead(result: CapacityResult): string {
  const { objective, stacks } = result
  const faults = [...result.faults, ...result.refusals]
  const failed = `<section class="invalid" role="alert"><h2>What is not as it must be</h2><ul>${faults.map((it) => `<li>${safe(it)}</li>`).join('\n')}</ul></section>`
  return [
    `<p>99 of 100 orders settled in less than ${objective.p99Ms} ms, none failed, none was left out.</p>`,
    ...stacks.map((it) => `<p>${safe(stackSentences(it))}</p>`),
    ...notices(result).map((it) => `<p class="warning">${safe(it)}</p>`),
    ...(faults.length > 0 ? [failed] : []),
  ].join('\n')
}

function capacities({ stacks, ratio }: CapacityResult): string {
  const rows = stacks.map(
    (it) =>
      `<tr><th scope="row" class="${it.stack}">${it.stack}</th><td><b>${safe(capacityText(it))}</b> orders a second</td></tr>`,
  )
  const last = ratio
    ? `<tr><th scope="row">services / monolith</th><td><b>${safe(ratioText(ratio))}</b></td></tr>`
    : ''
  return `<div class="table"><table><tbody>${rows.join('\n')}${last}</tbody></table></div>`
}

/** Rows become cards where the screen is narrow. */
function rateTable(result: CapacityResult): string {
  const heads = columns.map(({ title }) => `<th scope="col">${safe(title)}</th>`).join('')
  const rows = tableRows(result).map(({ stack, rate, cells, isFirst }) => {
    const values = cells.map((cell, i) => `<td data-title="${safe(columns[i]!.title)}">${safe(cell)}</td>`)
    return `<tr${isFirst ? ' class="first"' : ''}><th scope="row" class="${stack}">${stack} ${safe(rate)}/s</th>${values.join('')}</tr>`
  })
  return `<div class="table"><table class="loads">
<thead><tr><td></td>${heads}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`
}
