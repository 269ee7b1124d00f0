import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { FaultsResult } from '../result.ts'
import { findBeside } from './beside.ts'
import { htmlReport } from './html.ts'
import { recoveryCharts } from './recovery-chart.ts'

/**
 * Writes `report.html`, and a file for each chart. The newest overload run and the newest run of planted
 * bugs beside `dir` are shown, too.
 * @param dir the directory of these results, an absolute path
 * @returns the path of `report.html`, as a person would type it
 */
export async function writeFaultsReport(result: FaultsResult, dir: string): Promise<string> {
  const charts = recoveryCharts(result)
  for (const { id, svg } of charts) await writeFile(`${dir}/${id}.svg`, svg)
  const path = `${dir}/report.html`
  await writeFile(path, htmlReport(result, charts, await findBeside(dir)))
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
