import type { EChartsOption } from 'echarts'
import { rateText } from '../../capacity/report/figures.ts'
import type { Chart } from '../../report/charts/charts.ts'
import { renderSvg } from '../../report/charts/render.ts'
import { linearTicks, tickText } from '../../report/charts/scales.ts'
import { FAINT, GRID, STACK_COLOUR, STACK_SYMBOL, TEXT } from '../../report/charts/theme.ts'
import type { OverloadResult, StackOverload } from '../result.ts'
import { percent } from './words.ts'

const HEIGHT = 330

type Series = Exclude<NonNullable<EChartsOption['series']>, unknown[]>

/** Good orders a second against orders offered a second, each stack a line. */
export function goodputChart({ stacks }: OverloadResult): Chart {
  const spoken = stacks.map(
    ({ stack, capacity, loads }) =>
      `${stack}: capacity ${rateText(capacity.perSecond)} a second; ${loads.map(({ factor, held }) => `at ${factor} times ${percent(held)}`).join(', ')}`,
  )
  return {
    id: 'goodput',
    title: 'Goodput against offered load',
    hint: 'Orders that settled in time, for each second. On the dotted line every order offered would settle; the dashed lines are the capacities. Flat beyond them is good: what is taken on gets done.',
    svg: renderSvg(optionOf(stacks), HEIGHT, `Goodput against offered load. ${spoken.join('. ')}`),
  }
}

function optionOf(stacks: StackOverload[]): EChartsOption {
  const loads = stacks.flatMap((it) => it.loads)
  const most = Math.max(
    ...stacks.map(({ capacity }) => capacity.perSecond),
    ...loads.map((it) => it.goodputPerSecond),
  )
  const x = linearTicks(Math.max(...loads.map(({ ratePerSecond }) => ratePerSecond)))
  const y = linearTicks(most * 1.1)
  const text = (value: number) => tickText(value)
  const axis = { nameTextStyle: TEXT, axisTick: { show: false }, splitLine: { lineStyle: { color: GRID } } }
  return {
    grid: { left: 48, right: 74, top: 34, bottom: 50 },
    xAxis: {
      ...axis,
      type: 'value',
      min: 0,
      max: x.max,
      name: 'Orders offered, per second',
      nameLocation: 'middle',
      nameGap: 32,
      axisLine: { lineStyle: { color: FAINT } },
      axisLabel: { ...TEXT, customValues: x.ticks, formatter: text },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      min: 0,
      max: y.max,
      name: 'Settled in time, per second',
      nameLocation: 'end',
      nameTextStyle: { ...TEXT, align: 'left', padding: [0, 0, 0, -40] },
      axisLabel: { ...TEXT, customValues: y.ticks, formatter: text },
      // The grid's lines follow these, not the labels.
      axisTick: { show: false, customValues: y.ticks },
    },
    series: [allOfThem(Math.min(x.max, y.max)), ...stacks.map(line)],
  }
}

/** Where goodput would be if every order settled in time. */
const allOfThem = (until: number): Series => ({
  type: 'line',
  data: [
    [0, 0],
    [until, until],
  ],
  symbol: 'none',
  silent: true,
  lineStyle: { color: FAINT, width: 1, type: 'dotted' },
  z: 1,
})

function line({ stack, capacity, loads }: StackOverload): Series {
  const colour = STACK_COLOUR[stack]
  return {
    type: 'line',
    data: loads.map(({ ratePerSecond, goodputPerSecond }) => [ratePerSecond, goodputPerSecond]),
    symbol: STACK_SYMBOL[stack],
    symbolSize: 9,
    color: colour,
    lineStyle: { width: 2.5 },
    endLabel: { show: true, formatter: stack, ...TEXT, fontWeight: 'bold', color: colour, distance: 8 },
    labelLayout: { moveOverlap: 'shiftY' },
    markLine: {
      symbol: 'none',
      silent: true,
      label: { show: false },
      lineStyle: { color: colour, width: 1, type: 'dashed' },
      data: [{ xAxis: capacity.perSecond }],
    },
    z: 3,
  }
}
