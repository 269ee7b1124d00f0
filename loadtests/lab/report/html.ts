import type { Result } from '../compare/result.ts'
import { auditList } from './audit-list.ts'
import type { Chart } from './charts/charts.ts'
import { company, isDisturbed } from './company.ts'
import { conditions } from './conditions.ts'
import { safe } from './escape.ts'
import { fairnessManifest } from './fairness.ts'
import { headline } from './headline.ts'
import { method } from './method.ts'
import { figureOf, htmlPage } from './page.ts'
import { named, tableRows } from './rows.ts'
import { summary } from './summary.ts'
import { CONTROL, controlSentence, voidRounds, voids } from './validity.ts'

/** `report.html`: one file that asks for nothing from outside. */
export function htmlReport(result: Result, charts: Chart[]): string {
  const { scenario, options, startedAt } = result
  const day = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return htmlPage({
    title: `One Shop, Twice: ${options.scenario}, ${day}`,
    kicker: `One Shop, Twice · ${options.scenario} · ${day}`,
    heading: headline(result),
    lead: `<p>${safe(scenario.title)}.</p>
${summaryList(result)}
${isDisturbed(result) ? `<p class="warning">${safe(company(result))}</p>` : ''}`,
    main: mainOf(result, charts),
  })
}

const mainOf = (
  result: Result,
  charts: Chart[],
) => `${result.verdict.valid ? figures(result, charts) : invalid(result)}
${validity(result)}
<section>
<h2>How it was measured</h2>
<ul>${items(method(result))}</ul>
${pairs(conditions(result))}
</section>
<section>
<h2>What must always hold</h2>
<p>Checked on the real databases and queues after the load.</p>
${result.audit.map(auditList).join('\n')}
</section>
<section>
<h2>Run it again</h2>
<pre><code>${safe(result.command)}</code></pre>
<p>Every figure of every round is in <a href="result.json">result.json</a>.</p>
</section>`

const items = (sentences: string[]) => sentences.map((it) => `<li>${safe(it)}</li>`).join('\n')

const pairs = (all: [string, string][]) =>
  `<dl>${all.map(([name, value]) => `<div><dt>${safe(name)}</dt><dd>${safe(value)}</dd></div>`).join('\n')}</dl>`

function summaryList(result: Result): string {
  const sentences = summary(result)
  if (sentences.length === 0) return ''
  return `<ul class="summary">${items(sentences)}</ul>`
}

function validity(result: Result): string {
  const rounds = voidRounds(result)
  return `<section>
<h2>Whether it was fair</h2>
${pairs(fairnessManifest(result))}
</section>
<section>
<h2>What does not count</h2>
<p>${safe([voids(result), controlSentence(result)].join(' '))}</p>
${rounds.length > 0 ? `<ul>${items(rounds)}</ul>` : ''}
</section>`
}

function invalid({ verdict }: Result): string {
  return `<section class="invalid" role="alert">
<h2>Its figures are not shown as a result, because</h2>
<ul>${items(verdict.reasons)}</ul>
</section>`
}

function figures(result: Result, charts: Chart[]): string {
  return `<section>
<h2>Side by side</h2>
${comparisonTable(result)}
<p class="hint">Means over ${result.blocks.counted} blocks. In brackets: 95% intervals.${result.stacks.length === 2 ? ` Ratio: services to monolith. ${CONTROL}` : ''}</p>
</section>
<section class="charts">
${charts.map(figureOf).join('\n')}
</section>`
}

function comparisonTable(result: Result): string {
  const names = result.stacks.map(({ name }) => name)
  const isPair = names.length === 2
  const heads = [
    ...names.map((name) => `<th scope="col" class="${name}">${name}</th>`),
    isPair ? '<th scope="col">ratio</th><th scope="col">less has</th><th scope="col">A/A</th>' : '',
  ]
  const rows = tableRows(result).map(({ title, unit, cells, ratio, less, resolution }) => {
    const values = cells.map(
      ({ mean, range }) => `<td><b>${safe(mean)}</b>${range && ` <small>(${safe(range)})</small>`}</td>`,
    )
    const isPart = title.startsWith('of it')
    return `<tr${isPart ? ' class="part"' : ''}><th scope="row">${safe(named(title, unit))}</th>${values.join('')}${isPair ? `${ratioCell(ratio)}<td>${safe(less)}</td><td>${safe(resolution)}</td>` : ''}</tr>`
  })
  return `<div class="table"><table>
<thead><tr><td></td>${heads.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`
}

function ratioCell(text: string): string {
  const [, value = '', range = ''] = /^(.*?)( \(.*\))?$/.exec(text) ?? []
  return `<td><b>${safe(value)}</b>${range && `<small>${safe(range)}</small>`}</td>`
}
