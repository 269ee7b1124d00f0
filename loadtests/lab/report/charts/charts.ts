import type { Result } from '../../compare/result.ts'
import { cpuChart, memoryChart } from './by-process.ts'
import { latencyChart } from './latency.ts'
import { ratioChart } from './ratios.ts'

/** A chart: the name of its file, its title, how to read it, and the SVG document. */
export type Chart = { id: string; title: string; hint: string; svg: string }

/** All charts of a valid run. */
export function drawCharts(result: Result): Chart[] {
  const latencies = result.scenario.latencies.flatMap((latency) => latencyChart(result, latency) ?? [])
  const ratios = result.arms.length === 2 ? [ratioChart(result)] : []
  return [...latencies, cpuChart(result), memoryChart(result), ...ratios]
}
