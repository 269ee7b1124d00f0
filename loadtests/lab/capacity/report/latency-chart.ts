import type { EChartsOption } from 'echarts'
import type { Chart } from '../../report/charts/charts.ts'
import { renderSvg } from '../../report/charts/render.ts'
import { linearTicks, logTicks, tickText } from '../../report/charts/scales.ts'
import { FAINT, GRID, STACK_COLOUR, STACK_SYMBOL, TEXT, tint } from '../../report/charts/theme.ts'
import type { CapacityResult, StackCapacity } from '../result.ts'
import { judgedProbes, ratesOf } from './rates.ts'
import { capacityText } from './words.ts'

const HEIGHT = 360

type Series = Exclude<NonNullable<EChartsOption['series']>, unknown[]>
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
  const probes = stacks.flatMap(judgedProbes)
  const values = probes.flatMap(({ settled }) => (settled ? [settled.p50Ms, settled.p99Ms] : []))
  const x = linearTicks(Math.max(1, ...probes.map(({ ratePerSecond }) => ratePerSecond)))
  const y = logTicks(Math.max(0.1, Math.min(objectiveMs, ...values)), Math.max(objectiveMs * 2, ...values))
  return {
    grid: { left: 56, right: 74, top: 34, bottom: 50 },
    xAxis: {
      type: 'value',
      min: 0,
      max: x.max,
      name: 'Orders offered, per second',
      nameLocation: 'middle',
      nameGap: 32,
      nameTextStyle: TEXT,
      axisLine: { lineStyle: { color: FAINT } },
      axisTick: { show: false },
      axisLabel: { ...TEXT, customValues: x.ticks, formatter: (value) => tickText(value) },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: y.min,
      max: y.max,
      name: 'Latency to settle, ms',
      nameLocation: 'end',
      nameTextStyle: { ...TEXT, align: 'left', padding: [0, 0, 0, -48] },
      axisLine: { show: false },
      axisLabel: { ...TEXT, customValues: y.ticks, formatter: (log) => tickText(10 ** log) },
      axisTick: { show: false, customValues: y.ticks },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: [
      objectiveLine(objectiveMs),
      ...stacks.flatMap((it) => [points(it), line(it, 'p50Ms'), line(it, 'p99Ms')]),
    ],
  }
}

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

/** Every probe's p99. */
const points = (stack: StackCapacity): Series => ({
  type: 'scatter',
  data: judgedProbes(stack).flatMap(({ ratePerSecond, settled }) =>
    settled ? [[ratePerSecond, Math.log10(settled.p99Ms)]] : [],
  ),
  symbol: STACK_SYMBOL[stack.stack],
  symbolSize: 5,
  itemStyle: { color: tint(stack.stack, 0.6) },
  silent: true,
  z: 2,
})

function line({ stack, perSecond, low, high, probes }: StackCapacity, percentile: Percentile): Series {
  const isTail = percentile === 'p99Ms'
  const color = STACK_COLOUR[stack]
  return {
    type: 'line',
    data: ratesOf({ probes }).flatMap(({ ratePerSecond, settled }) =>
      settled ? [[ratePerSecond, Math.log10(settled[percentile])]] : [],
    ),
    symbol: isTail ? STACK_SYMBOL[stack] : 'none',
    symbolSize: 8,
    color,
    lineStyle: { width: isTail ? 2.5 : 1.5, type: isTail ? 'solid' : 'dashed' },
    endLabel: {
      show: isTail,
      formatter: stack,
      ...TEXT,
      fontWeight: 'bold',
      color,
      distance: 8,
    },
    labelLayout: { moveOverlap: 'shiftY' },
    ...(isTail && perSecond > 0 && capacityMarks(stack, perSecond, low, high)),
    z: 3,
  }
}

/** A line at the capacity, in a band from bound to bound. */
function capacityMarks(
  stack: StackCapacity['stack'],
  perSecond: number,
  low: number | null,
  high: number | null,
) {
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
