import type { Chart } from '../../report/charts/charts.ts'
import { safe } from '../../report/escape.ts'
import { figureOf, htmlPage } from '../../report/page.ts'
import type { FaultsResult } from '../result.ts'
import type { Beside } from './beside.ts'
import { conditions } from './conditions.ts'
import { failuresSection } from './failures.ts'
import { matrixTable } from './matrix-table.ts'
import { method } from './method.ts'
import { OVERLOAD_STYLE, overloadSection } from './overload-section.ts'
import { plantedSection } from './planted-table.ts'
import { STYLE } from './style.ts'
import { headline, paragraphs, tiles } from './summary.ts'

/** `report.html`: one file that asks for nothing from outside. */
export function htmlReport(result: FaultsResult, charts: Chart[], beside: Beside = {}): string {
  const day = `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  const planted = result.planted ? result : beside.planted
  const hasRuns = result.runs.length > 0
  return htmlPage({
    title: `One Shop, Twice: faults, ${day}`,
    kicker: `One Shop, Twice · faults · ${day}`,
    heading: headline(result),
    lead: lead(result, planted),
    style: STYLE + OVERLOAD_STYLE,
    main: [
      failuresSection(result),
      hasRuns ? `<section>\n<h2>Faults by stacks</h2>\n${matrixTable(result)}\n</section>` : '',
      hasRuns ? `<section class="charts recovery">\n${charts.map(figureOf).join('\n')}\n</section>` : '',
      plantedSection(planted),
      overloadSection(beside.overload),
      aboutSection(result),
    ]
      .filter(Boolean)
      .join('\n'),
  })
}

function lead(result: FaultsResult, planted: FaultsResult | undefined): string {
  const figures = tiles(result, planted?.planted).map(
    ({ name, value, isBad }) =>
      `<div${isBad ? ' class="failed"' : ''}><dt>${safe(name)}</dt><dd>${safe(value)}</dd></div>`,
  )
  return `${paragraphs(result, planted?.planted)
    .map((it) => `<p>${safe(it)}</p>`)
    .join('\n')}
<dl class="tiles">${figures.join('\n')}</dl>`
}

function aboutSection(result: FaultsResult): string {
  return `<section>
<h2>How it was done</h2>
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
<p>Every run is in <a href="faults.json">faults.json</a>, and every request in the histories beside it.</p>
</section>`
}
