import { safe } from '../../report/escape.ts'
import type { FaultsResult, PlantedResult } from '../result.ts'

/** The bugs that were planted, and the check that saw each. */
export function plantedSection(result: FaultsResult | undefined): string {
  if (!result?.planted?.length) return ''
  const day = `${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return `<section>
<h2>Planted bugs, and what caught them</h2>
<p>Each is a mistake that is easy to make, put into the stack from outside and for these runs alone. A bug that no check sees would mean that a run without violations proves nothing.</p>
<div class="table"><table class="planted">
<thead><tr><th scope="col">bug</th><th scope="col">stack</th><th scope="col">caught by</th></tr></thead>
<tbody>${result.planted.map(rowOf).join('\n')}</tbody>
</table></div>
<p class="hint">A run of its own, of ${safe(day)}: <code>${safe(result.command)}</code></p>
</section>`
}

function rowOf({ title, stack, caught, by }: PlantedResult): string {
  const found = caught ? by.map((check) => `<li>${safe(check)}</li>`).join('') : '<li>nothing</li>'
  return `<tr><th scope="row">${safe(title)}</th><td class="${stack}"><b>${stack}</b></td><td class="${caught ? 'ok' : 'failed'}"><ul>${found}</ul></td></tr>`
}
