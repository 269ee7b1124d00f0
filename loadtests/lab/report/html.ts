import type { Result } from '../compare/result.ts'
import { auditList } from './audit-list.ts'
import type { Chart } from './charts/charts.ts'
import { drawnAs } from './charts/theme.ts'
import { conditions } from './conditions.ts'
import { safe } from './escape.ts'
import { fairnessManifest } from './fairness.ts'
import { headline } from './headline.ts'
import { HERE, NOT_VALID, nextStep } from './invalid.ts'
import { method } from './method.ts'
import { narrowerText } from './narrower.ts'
import { opening } from './opening.ts'
import { figureOf, htmlPage } from './page.ts'
import { QUIET_TITLE, readingText } from './reading.ts'
import { hasQuiet, type Row, tableRows } from './rows.ts'
import { sameTwiceText } from './same-twice.ts'
import { summary } from './summary.ts'
import { markedRounds, marksText } from './validity.ts'
import { ratioTitle } from './words.ts'

/** `report.html`: one file that asks for nothing from outside. */
export function htmlReport(result: Result, charts: Chart[]): string {
  const { scenario, options, startedAt, notes } = result
  const day = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return htmlPage({
    title: `One Shop, Twice: ${options.scenario}, ${day}`,
    kicker: `One Shop, Twice · ${options.scenario} · ${day}`,
    heading: headline(result),
    lead: `<p>${safe(scenario.title)}.</p>
<p>${safe(opening(result))}</p>
${notes.map((it) => `<p class="warning">${safe(it)}</p>`).join('\n')}
${list(summary(result), 'summary')}`,
    main: mainOf(result, charts),
  })
}

const mainOf = (
  result: Result,
  charts: Chart[],
) => `${result.verdict.valid ? figures(result, charts) : invalid(result)}
<section>
<h2>Whether it was fair</h2>
${pairs(fairnessManifest(result))}
</section>
<section>
<h2>What was wrong with rounds</h2>
<p>${safe(marksText(result))}</p>
${list(markedRounds(result))}
</section>
<section>
<h2>How it was measured</h2>
${list(method(result))}
${pairs(conditions(result))}
</section>
<section>
<h2>What must always hold</h2>
<p>${result.audit.length > 0 ? 'Checked on the real databases and queues after the load.' : 'Nobody looked: the run ended before its audit.'}</p>
${result.audit.map((it) => auditList(it, `${it.arm}, start ${it.start}`)).join('\n')}
</section>
<section>
<h2>Run it again</h2>
<pre><code>${safe(result.command)}</code></pre>
<p>Every figure of every round is in <a href="result.json">result.json</a>.</p>
</section>`

function list(sentences: string[], name?: string): string {
  if (sentences.length === 0) return ''
  const items = sentences.map((it) => `<li>${safe(it)}</li>`).join('\n')
  return `<ul${name ? ` class="${name}"` : ''}>${items}</ul>`
}

const pairs = (all: [string, string][]) =>
  `<dl>${all.map(([name, value]) => `<div><dt>${safe(name)}</dt><dd>${safe(value)}</dd></div>`).join('\n')}</dl>`

const invalid = (result: Result) => `<section class="invalid" role="alert">
<h2>${safe(NOT_VALID)}</h2>
${list(result.verdict.reasons)}
<p>${safe(nextStep(result, HERE))}</p>
</section>`

function figures(result: Result, charts: Chart[]): string {
  return `<section>
<h2>Side by side</h2>
${comparisonTable(result)}
${readingText(result)
  .map((it) => `<p class="hint">${safe(it)}</p>`)
  .join('\n')}
${[sameTwiceText(result), narrowerText(result)]
  .filter((it) => it !== '')
  .map((it) => `<p>${safe(it)}</p>`)
  .join('\n')}
</section>
<section class="charts">
${charts.map(figureOf).join('\n')}
</section>`
}

function comparisonTable(result: Result): string {
  const { arms } = result
  const rows = tableRows(result)
  const isPair = arms.length === 2
  const showsQuiet = hasQuiet(rows)
  const heads = [
    ...arms.map(({ name }) => `<th scope="col" class="${drawnAs(arms, name)}">${safe(name)}</th>`),
    ...(isPair ? [ratioTitle(result), 'how sure'] : []).map((it) => `<th scope="col">${safe(it)}</th>`),
    ...(showsQuiet ? [`<th scope="col">${QUIET_TITLE}</th>`] : []),
  ]
  const cells = (row: Row) => [
    ...row.means.map((it) => `<b>${safe(it)}</b>`),
    ...(isPair ? [ratioOf(row), safe(row.sure)] : []),
    ...(showsQuiet ? [safe(row.quiet)] : []),
  ]
  const lines = rows.map(
    (row) =>
      `<tr${row.isPart ? ' class="part"' : ''}><th scope="row">${safe(row.label)}</th>${cells(row)
        .map((it) => `<td>${it}</td>`)
        .join('')}</tr>`,
  )
  return `<div class="table"><table>
<thead><tr><td></td>${heads.join('')}</tr></thead>
<tbody>${lines.join('\n')}</tbody>
</table></div>`
}

const ratioOf = ({ ratio: { value, range } }: Row) =>
  `<b>${safe(value)}</b>${range && ` <small>(${safe(range)})</small>`}`
