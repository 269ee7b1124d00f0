import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Chart } from '../../report/charts/charts.ts'
import type { TraceResult } from '../result.ts'
import { htmlReport } from './html.ts'
import { waterfallChart } from './waterfall.ts'

/** A waterfall of each order that was picked. */
export const drawCharts = ({ stacks }: TraceResult): Chart[] =>
  stacks.flatMap(({ stack, picks }) => picks.map((pick) => waterfallChart(stack, pick)))

/**
 * Writes `trace.json`, `report.html` and a file for each chart.
 * @returns the path of `report.html`, as a person would type it
 */
export async function writeReports(result: TraceResult, dir: string): Promise<string> {
  const charts = drawCharts(result)
  await writeFile(`${dir}/trace.json`, `${JSON.stringify(result, null, 2)}\n`)
  await writeFile(`${dir}/report.html`, htmlReport(result, charts))
  for (const { id, svg } of charts) await writeFile(`${dir}/${id}.svg`, svg)
  const path = `${dir}/report.html`
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
