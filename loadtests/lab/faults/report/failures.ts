import { safe } from '../../report/escape.ts'
import type { FaultsResult, RunResult } from '../result.ts'

/** The runs that did not come through, each with what was violated, what was done and seen, and how to run it again. */
export function failuresSection({ runs }: FaultsResult): string {
  const failed = runs.filter(({ survived }) => !survived)
  if (failed.length === 0) return ''
  return `<section class="invalid" role="alert">
<h2>What did not come through</h2>
${failed.map(runDetails).join('\n')}
</section>`
}

function runDetails({ fault, title, stack, seed, violations, events, history }: RunResult): string {
  const told = violations.length > 0 ? violations : ['It did not become healthy.']
  const again = `npm run faults -- --fault ${fault} --stack ${stack} --seed ${seed}`
  return `<details open><summary>${safe(title)}, ${stack}, seed ${seed}</summary>
<ul>${told.map((it) => `<li>${safe(it)}</li>`).join('\n')}</ul>
<ol class="events">${events.map(({ atMs, what }) => `<li><span>${(atMs / 1000).toFixed(3)} s</span> ${safe(what)}</li>`).join('\n')}</ol>
<p>Every request is in <a href="${safe(encodeURI(history))}">${safe(history)}</a>. Again: <code>${safe(again)}</code></p>
</details>`
}
