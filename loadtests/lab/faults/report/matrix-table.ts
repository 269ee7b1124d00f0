import { safe } from '../../report/escape.ts'
import type { FaultsResult, MatrixRow } from '../result.ts'
import { countText, ENDPOINTS, percent, timeAfter } from './words.ts'

/** Faults by stacks. On a narrow screen each fault is a card. */
export function matrixTable({ matrix }: FaultsResult): string {
  const groups = [...Map.groupBy(matrix, ({ fault }) => fault).values()]
  const asked = ENDPOINTS.filter(({ endpoint }) => matrix.some(({ failed }) => failed[endpoint]))
  const shares = asked.map(({ title }) => `<th scope="col">${title}</th>`).join('')
  return `<div class="table"><table class="matrix">
<thead>
<tr><th scope="col" rowspan="2">fault</th><th scope="col" rowspan="2">stack</th><th scope="col" rowspan="2">survived</th><th scope="col" rowspan="2">violations</th><th scope="col" rowspan="2">healthy after<small>median, worst</small></th>${asked.length > 0 ? `<th scope="colgroup" colspan="${asked.length}">requests that failed or went unanswered</th>` : ''}<th scope="col" rowspan="2">sent again</th><th scope="col" rowspan="2">messages doubled</th></tr>
<tr>${shares}</tr>
</thead>
${groups.map((rows) => `<tbody>${rows.map((row, i) => rowOf(row, asked, i === 0 ? rows.length : 0)).join('\n')}</tbody>`).join('\n')}
</table></div>`
}

/** @param span how many rows the fault's name stands beside; 0 for a row that is not its first */
function rowOf(row: MatrixRow, asked: typeof ENDPOINTS, span: number): string {
  const name = span > 0 ? `<th scope="rowgroup" rowspan="${span}" class="fault">${safe(row.title)}</th>` : ''
  const { runs, survived, stack, resent, duplicates, violations } = row
  return [
    `<tr>${name}<th scope="row" class="${stack}">${stack}</th>`,
    `<td data-title="survived" class="${survived === runs ? 'ok' : 'failed'}"><b>${survived} of ${runs}</b></td>`,
    `<td data-title="violations" class="${violations > 0 ? 'failed' : 'none'}"><b>${countText(violations)}</b></td>`,
    `<td data-title="healthy after" class="wide">${healthy(row)}</td>`,
    ...asked.map(({ endpoint, title }) => shareCell(title, row.failed[endpoint]?.share)),
    `<td data-title="requests sent again" class="${resent ? '' : 'none'}">${countText(resent)}</td>`,
    `<td data-title="messages doubled" class="${duplicates ? '' : 'none'}">${stack === 'monolith' ? '' : countText(duplicates)}</td>`,
    '</tr>',
  ].join('')
}

function healthy({ healthyAfterMs: it, runs }: MatrixRow): string {
  if (!it) return '<b class="failed">never</b>'
  const worst = runs > 1 ? `, ${timeAfter(it.worst)}` : ''
  return `${timeAfter(it.median)}${worst}`
}

/** A share has the darker a ground, the larger it is. */
function shareCell(title: string, share: number | undefined): string {
  if (share === undefined) return '<td class="share none"></td>'
  const shade = share === 0 ? '' : ` style="--share: ${(0.12 + 0.6 * Math.sqrt(share)).toFixed(2)}"`
  return `<td data-title="${title} failed" class="share${share === 0 ? ' none' : ''}"${shade}>${share === 0 ? '–' : percent(share)}</td>`
}
