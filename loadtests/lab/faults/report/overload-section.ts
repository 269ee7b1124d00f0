import { LOADS_STYLE, loadTable } from '../../overload/report/load-table.ts'
import { headline, stackSentences } from '../../overload/report/words.ts'
import { drawCharts } from '../../overload/report/write.ts'
import type { OverloadResult } from '../../overload/result.ts'
import { safe } from '../../report/escape.ts'
import { figureOf } from '../../report/page.ts'

export const OVERLOAD_STYLE = LOADS_STYLE

/** What the overload run found, in short. */
export function overloadSection(result: OverloadResult | undefined): string {
  if (!result) return ''
  const day = `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return `<section>
<h2>Overload</h2>
<p><b>${safe(headline(result))}</b></p>
${result.stacks.map((it) => `<p>${safe(stackSentences(it))}</p>`).join('\n')}
<div class="charts">
${drawCharts(result).map(figureOf).join('\n')}
</div>
${loadTable(result)}
<p class="hint">A run of its own, of ${safe(day)}: <code>${safe(result.command)}</code></p>
</section>`
}
