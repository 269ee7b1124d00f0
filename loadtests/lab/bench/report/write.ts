import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { waterfallChart } from '../../ladder/waterfall-chart.ts'
import type { Chart } from '../../report/charts/charts.ts'
import type { BenchResult } from '../result.ts'
import { htmlReport } from './html.ts'
import { markdownReport } from './markdown.ts'

/** A waterfall for each load, of CPU time and of latency. A run that is not valid has none. */
export const drawCharts = ({ faults, waterfalls }: BenchResult): Chart[] =>
  faults.length > 0 ? [] : waterfalls.flatMap((it) => waterfallChart(it) ?? [])

/**
 * Writes `bench.json`, `bench.md`, `report.html` and a file for each chart.
 * @returns the path of `report.html`, as a person would type it
 */
export async function writeReports(result: BenchResult, dir: string): Promise<string> {
  const charts = drawCharts(result)
  await writeFile(`${dir}/bench.json`, `${JSON.stringify(result, null, 2)}\n`)
  await writeFile(`${dir}/bench.md`, markdownReport(result, charts))
  await writeFile(`${dir}/report.html`, htmlReport(result, charts))
  for (const { id, svg } of charts) await writeFile(`${dir}/${id}.svg`, svg)
  const path = `${dir}/report.html`
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
