import { safe } from '../escape.ts'
import { figureOf, htmlPage } from '../page.ts'
import type { Change } from './changes.ts'
import { changeChart } from './chart.ts'
import type { Pair } from './pair.ts'
import { warningsOf } from './warnings.ts'
import { aboutRuns, HEAD, headline, method, READING, rowOf, tableTitle } from './words.ts'

const STYLE = `
.changes thead th:first-child { padding-left: 0; }
@media (min-width: 641px) { .changes td { white-space: nowrap; } }
.about td, .about th { overflow-wrap: anywhere; }
`

/** The comparison as one file that asks for nothing from outside. */
export function htmlReport(pair: Pair, changes: Change[]): string {
  const { scenario } = pair.after.result.options
  const title = `${scenario}, before and after`
  return htmlPage({
    title: `One Shop, Twice: ${title}`,
    kicker: `One Shop, Twice · ${title}`,
    heading: headline(pair, changes),
    lead: warningsOf(pair)
      .map((it) => `<p class="warning">${safe(it)}</p>`)
      .join('\n'),
    main: [
      `<section class="charts">\n${figureOf(changeChart(pair, changes))}\n</section>`,
      changeTable(pair, changes),
      `<section>\n<h2>The two runs</h2>\n${aboutTable(pair)}\n</section>`,
      `<section>\n<h2>How they were compared</h2>\n<ul>${method(pair)
        .map((it) => `<li>${safe(it)}</li>`)
        .join('\n')}</ul>\n</section>`,
    ].join('\n'),
    style: STYLE,
  })
}

function changeTable(pair: Pair, changes: Change[]): string {
  const rows = changes.map((change) => {
    const [title, ...cells] = rowOf(change)
    return `<tr${change.partOf ? ' class="part"' : ''}>${line([title, ...cells])}</tr>`
  })
  return `<section>
<h2>Every ratio</h2>
<div class="table"><table class="changes">
<thead><tr>${[tableTitle(pair), ...HEAD].map((it) => `<th scope="col">${safe(it)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
<p class="hint">${safe(READING)}</p>
</section>`
}

const line = ([title, ...cells]: [string, ...string[]]) =>
  `<th scope="row">${safe(title)}</th>${cells.map((it) => `<td>${safe(it)}</td>`).join('')}`

const aboutTable = (pair: Pair) => `<div class="table"><table class="about">
<thead><tr><td></td><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${aboutRuns(pair)
  .map((row) => `<tr>${line(row)}</tr>`)
  .join('\n')}</tbody>
</table></div>`
