import type { EChartsOption } from 'echarts'
import type { Chart } from '../../report/charts/charts.ts'
import { renderSvg } from '../../report/charts/render.ts'
import { linearTicks, tickText } from '../../report/charts/scales.ts'
import { GRID, TEXT } from '../../report/charts/theme.ts'
import type { CpuPerOrder } from '../probe.ts'
import { judgedProbes, ratesOf } from '../rates.ts'
import type { CapacityResult, StackCapacity } from '../result.ts'
import { above, GRID_BOX, line, loadAxis, type Point, points } from './load-lines.ts'

const HEIGHT = 320

/** CPU time of a settled order against offered load, both stacks. */
export function cpuChart({ stacks }: CapacityResult): Chart {
  return {
    id: 'cpu-by-load',
    title: 'CPU time of a settled order against offered load',
    hint: 'Lines are means over the probes of a rate: solid for all processes of a stack, PostgreSQL and RabbitMQ among them, dashed for its Node processes; each point is one probe. What a process does for nobody, and each time it wakes up, weighs most when there are few orders. Beyond the capacity, what was refused counts in.',
    svg: renderSvg(optionOf(stacks), HEIGHT, 'CPU time of a settled order against offered load'),
  }
}

function optionOf(stacks: StackCapacity[]): EChartsOption {
  const seen = stacks.flatMap((it) => placed(judgedProbes(it), all))
  const y = linearTicks(Math.max(0.1, ...seen.map(([, ms]) => ms)))
  return {
    grid: GRID_BOX,
    xAxis: loadAxis(stacks),
    yAxis: {
      type: 'value',
      min: 0,
      max: y.max,
      ...above('CPU time of a settled order, ms'),
      axisLabel: { ...TEXT, customValues: y.ticks, formatter: (ms) => tickText(ms) },
      axisTick: { show: false, customValues: y.ticks },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: stacks.flatMap((it) => [
      points(it.stack, placed(judgedProbes(it), all)),
      line(it.stack, placed(ratesOf(it), node), false),
      line(it.stack, placed(ratesOf(it), all), true),
    ]),
  }
}

const all = ({ apps, servers }: CpuPerOrder) => apps + servers
const node = ({ apps }: CpuPerOrder) => apps

const placed = (
  seen: { ratePerSecond: number; cpuMsPerOrder: CpuPerOrder | null }[],
  of: (cpu: CpuPerOrder) => number,
) =>
  seen.flatMap(({ ratePerSecond, cpuMsPerOrder }): Point[] =>
    cpuMsPerOrder ? [[ratePerSecond, of(cpuMsPerOrder)]] : [],
  )
