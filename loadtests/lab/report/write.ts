import { readdir, rm, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Result } from '../compare/result.ts'
import { type Chart, drawCharts } from './charts/charts.ts'
import { htmlReport } from './html.ts'
import { markdownReport } from './markdown.ts'

/**
 * Writes `result.json`, `report.md`, `report.html` and a file for each chart. A run that is not valid has no charts.
 * @returns the path of `report.html`, as a person would type it
 */
export async function writeReports(result: Result, dir: string): Promise<string> {
  const charts: Chart[] = result.verdict.valid ? drawCharts(result) : []
  await writeFile(`${dir}/result.json`, `${JSON.stringify(result, null, 2)}\n`)
  await writeFile(`${dir}/report.md`, markdownReport(result))
  await writeFile(`${dir}/report.html`, htmlReport(result, charts))
  const left = (await readdir(dir)).filter((file) => CHART.test(file))
  for (const file of left) await rm(`${dir}/${file}`)
  for (const { id, svg } of charts) await writeFile(`${dir}/${id}.svg`, svg)
  return fromHere(`${dir}/report.html`)
}

/** Charts of what was judged otherwise before would speak against the report. */
const CHART = /^(cpu|memory|ratios|latency-[\w-]+)\.svg$/

/** A path as a person would type it. */
export function fromHere(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short || '.'
}
