import { safe } from '../escape.ts'
import { figure, range, times } from '../format.ts'
import { figureOf, htmlPage } from '../page.ts'
import { named } from '../rows.ts'
import type { Change, Pair } from './changes.ts'
import { changeChart } from './chart.ts'
import { warningsOf } from './warnings.ts'
import { aboutRuns, clearChanges, headline, method, resolutionText } from './words.ts'

const STYLE = `
.unclear td, .unclear th { color: var(--faint); }
.about td, .about th { overflow-wrap: anywhere; }
`

/** The comparison as one file that asks for nothing from outside. */
export function htmlReport(pair: Pair, changes: Change[]): string {
  const { scenario } = pair.after.result.options
  const title = `${scenario}, before and after`
  return htmlPage({
    title: `One Shop, Twice: ${title}`,
    kicker: `One Shop, Twice · ${title}`,
    heading: headline(changes),
    lead: warningsOf(pair)
      .map((it) => `<p class="warning">${safe(it)}</p>`)
      .join('\n'),
    main: [
      list(clearChanges(changes)),
      `<section class="charts">\n${stacksOf(changes)
        .map((stack) => figureOf(changeChart(stack, changes)))
        .join('\n')}\n</section>`,
      ...stacksOf(changes).map((stack) => stackTable(stack, changes)),
      `<section>\n<h2>The two runs</h2>\n${aboutTable(pair)}\n</section>`,
      `<section>\n<h2>How they were compared</h2>\n${list(method(changes))}\n</section>`,
    ].join('\n'),
    style: STYLE,
  })
}

const stacksOf = (changes: Change[]) => [...new Set(changes.map(({ stack }) => stack))]

function stackTable(stack: Change['stack'], changes: Change[]): string {
  const heads = ['before', 'after', 'after / before', 'verdict', 'A/A'].map(
    (it) => `<th scope="col">${it}</th>`,
  )
  const rows = changes.filter((it) => it.stack === stack).map(rowOf)
  return `<section>
<h2>The ${stack}, every measure</h2>
<div class="table"><table>
<thead><tr><td></td>${heads.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
<p class="hint">In brackets: 95% intervals. A/A: what is nearer to 1 than that, these runs cannot tell.</p>
</section>`
}

function rowOf(change: Change): string {
  const { title, unit, before, after, ratio, verdict } = change
  const classes = [verdict === 'cannot tell' && 'unclear', title.startsWith('of it') && 'part'].filter(
    Boolean,
  )
  const within = range(ratio) && ` <small>(${range(ratio)})</small>`
  const cells = [
    figure(before),
    figure(after),
    `${times(ratio.value)}${within}`,
    verdict,
    resolutionText(change),
  ]
  return `<tr class="${classes.join(' ')}"><th scope="row">${safe(named(title, unit))}</th>${cells.map((it) => `<td>${it}</td>`).join('')}</tr>`
}

function aboutTable(pair: Pair): string {
  const rows = aboutRuns(pair).map(
    ([name, ...sides]) =>
      `<tr><th scope="row">${safe(name)}</th>${sides.map((it) => `<td>${safe(it)}</td>`).join('')}</tr>`,
  )
  return `<div class="table"><table class="about">
<thead><tr><td></td><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`
}

const list = (items: string[]) => `<ul>${items.map((it) => `<li>${safe(it)}</li>`).join('\n')}</ul>`
