import { readdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LOADS_STYLE, loadTable } from '../../overload/report/load-table.ts'
import { headline, stackSentences } from '../../overload/report/words.ts'
import { drawCharts } from '../../overload/report/write.ts'
import { FORMAT, type OverloadResult } from '../../overload/result.ts'
import { safe } from '../../report/escape.ts'
import { figureOf } from '../../report/page.ts'

/**
 * The newest overload run beside the results of the faults: `overload-*` in the same directory, the last by name.
 * @returns undefined where there is none, or none that this version reads
 */
export async function newestOverload(dir: string): Promise<OverloadResult | undefined> {
  const beside = dirname(dir)
  const names = (await readdir(beside).catch(() => [])).filter((name) => name.startsWith('overload-'))
  for (const name of names.toSorted().toReversed()) {
    const result = await read(`${beside}/${name}/overload.json`)
    if (result) return result
  }
  return undefined
}

async function read(file: string): Promise<OverloadResult | undefined> {
  try {
    const result = JSON.parse(await readFile(file, 'utf8')) as OverloadResult
    return result.format === FORMAT ? result : undefined
  } catch {
    // A run that has not ended has not written it.
    return undefined
  }
}

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
<p class="hint">A run of its own, of ${safe(day)} on ${result.machine.cores} cores that k6 shared: <code>${safe(result.command)}</code></p>
</section>`
}
