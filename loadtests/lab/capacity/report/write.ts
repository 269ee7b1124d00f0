import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { CapacityResult } from '../result.ts'
import { cpuChart } from './cpu-chart.ts'
import { htmlReport } from './html.ts'
import { latencyChart } from './latency-chart.ts'
import { markdownReport } from './markdown.ts'

/**
 * Writes `capacity.json`, `capacity.md`, `report.html` and its charts, `latency-by-load.svg` and `cpu-by-load.svg`.
 * @returns the path of `report.html`, as a person would type it
 */
export async function writeReports(result: CapacityResult, dir: string): Promise<string> {
  const charts = [latencyChart(result), cpuChart(result)]
  await writeFile(`${dir}/capacity.json`, `${JSON.stringify(result, null, 2)}\n`)
  await writeFile(`${dir}/capacity.md`, markdownReport(result, charts))
  await writeFile(`${dir}/report.html`, htmlReport(result, charts))
  for (const { id, svg } of charts) await writeFile(`${dir}/${id}.svg`, svg)
  const path = `${dir}/report.html`
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
