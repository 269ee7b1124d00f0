import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Chart } from '../../report/charts/charts.ts'
import type { OverloadResult } from '../result.ts'
import { fatesChart } from './fates-chart.ts'
import { goodputChart } from './goodput-chart.ts'
import { htmlReport } from './html.ts'
import { markdownReport } from './markdown.ts'

/** Goodput against offered load, and what became of the orders. */
export const drawCharts = (result: OverloadResult): Chart[] => [goodputChart(result), fatesChart(result)]

/**
 * Writes `overload.json`, `overload.md`, `report.html` and a file for each chart.
 * @returns the path of `report.html`, as a person would type it
 */
export async function writeReports(result: OverloadResult, dir: string): Promise<string> {
  const charts = drawCharts(result)
  await writeFile(`${dir}/overload.json`, `${JSON.stringify(result, null, 2)}\n`)
  await writeFile(`${dir}/overload.md`, markdownReport(result))
  await writeFile(`${dir}/report.html`, htmlReport(result, charts))
  for (const { id, svg } of charts) await writeFile(`${dir}/${id}.svg`, svg)
  const path = `${dir}/report.html`
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
