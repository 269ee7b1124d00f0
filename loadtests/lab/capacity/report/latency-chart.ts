import type { EChartsOption } from 'echarts'
import type { Chart } from '../../report/charts/charts.ts'
import { renderSvg } from '../../report/charts/render.ts'
import { logTicks, tickText } from '../../report/charts/scales.ts'
import { GRID, STACK_COLOUR, TEXT, tint } from '../../report/charts/theme.ts'
import { judgedProbes, ratesOf } from '../rates.ts'
import type { CapacityResult, StackCapacity } from '../result.ts'
import { above, GRID_BOX, line, loadAxis, points, type Series } from './load-lines.ts'
import { capacityText } from './words.ts'

const HEIGHT = 360

type Percentile = 'p50Ms' | 'p99Ms'

/** Latency to settle against offered load, both stacks, with the objective and the capacities. */
export function latencyChart({ stacks, objective }: CapacityResult): Chart {
  const spoken = stacks.map((it) => `${it.stack}: capacity ${capacityText(it)} orders a second`)
  return {
    id: 'latency-by-load',
    title: 'Latency to settle against offered load',
    hint: `Lines are medians over the probes of a rate, solid for p99, dashed for p50; each point is one probe's p99. The level line is the objective, ${objective.p99Ms} ms. The bands are the bounds of the capacities. Latency is on a logarithmic axis.`,
    svg: renderSvg(
      optionOf(stacks, objective.p99Ms),
      HEIGHT,
      `Latency to settle against offered load. ${spoken.join('. ')}`,
    ),
  }
}

function optionOf(stacks: StackCapacity[], objectiveMs: number): EChartsOption {
  const latencies = stacks.flatMap(judgedProbes).flatMap(({ settled }) => settled ?? [])
  const values = latencies.flatMap(({ p50Ms, p99Ms }) => [p50Ms, p99Ms])
  const y = logTicks(Math.max(0.1, Math.min(objectiveMs, ...values)), Math.max(objectiveMs * 2, ...values))
  return {
    grid: GRID_BOX,
    xAxis: loadAxis(stacks),
    yAxis: {
      type: 'value',
      min: y.min,
      max: y.max,
      ...above('Latency to settle, ms'),
      axisLabel: { ...TEXT, customValues: y.ticks, formatter: (log) => tickText(10 ** log) },
      axisTick: { show: false, customValues: y.ticks },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: [
      objectiveLine(objectiveMs),
      ...stacks.flatMap((it) => [
        points(it.stack, placed(judgedProbes(it), 'p99Ms')),
        line(it.stack, placed(ratesOf(it), 'p50Ms'), false),
        { ...line(it.stack, placed(ratesOf(it), 'p99Ms'), true), ...capacityMarks(it) },
      ]),
    ],
  }
}

const placed = (seen: Pick<StackCapacity['probes'][0], 'ratePerSecond' | 'settled'>[], of: Percentile) =>
  seen.flatMap(({ ratePerSecond, settled }): [number, number][] =>
    settled ? [[ratePerSecond, Math.log10(settled[of])]] : [],
  )

const objectiveLine = (ms: number): Series => ({
  type: 'line',
  data: [],
  markLine: {
    symbol: 'none',
    silent: true,
    label: { ...TEXT, formatter: 'objective', position: 'insideEndTop' },
    lineStyle: { color: TEXT.color, width: 1.5, type: 'solid' },
    data: [{ yAxis: Math.log10(ms) }],
  },
})

/** A line at the capacity, in a band from bound to bound. */
function capacityMarks({ stack, perSecond, low, high }: StackCapacity) {
  if (perSecond === 0) return {}
  return {
    markLine: {
      symbol: 'none',
      silent: true,
      label: { show: false },
      lineStyle: { color: STACK_COLOUR[stack], width: 1, type: 'dashed' as const },
      data: [{ xAxis: perSecond }],
    },
    ...(low !== null &&
      high !== null && {
        markArea: {
          silent: true,
          itemStyle: { color: tint(stack, 0.5), opacity: 0.35 },
          data: [[{ xAxis: low }, { xAxis: high }]] as [{ xAxis: number }, { xAxis: number }][],
        },
      }),
  }
}
