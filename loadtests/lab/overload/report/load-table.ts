import { safe } from '../../report/escape.ts'
import type { OverloadResult } from '../result.ts'
import { columns, tableRows } from './rows.ts'

export { LOADS_STYLE } from '../../capacity/report/loads-style.ts'

/** Rows become cards where the screen is narrow. */
export function loadTable(result: OverloadResult): string {
  const heads = columns.map(({ title }) => `<th scope="col">${safe(title)}</th>`).join('')
  const rows = tableRows(result).map(({ stack, times, cells, isFirst }) => {
    const values = cells.map((cell, i) => `<td data-title="${safe(columns[i]!.title)}">${safe(cell)}</td>`)
    return `<tr${isFirst ? ' class="first"' : ''}><th scope="row" class="${stack}">${stack} ${safe(times)}</th>${values.join('')}</tr>`
  })
  return `<div class="table"><table class="loads">
<thead><tr><td></td>${heads}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`
}
