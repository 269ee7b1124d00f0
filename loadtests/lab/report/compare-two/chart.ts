import type { EChartsOption } from 'echarts'
import type { StackName } from '../../stacks/stack.ts'
import type { Chart } from '../charts/charts.ts'
import { renderSvg } from '../charts/render.ts'
import { logTicks, tickText } from '../charts/scales.ts'
import { FAINT, GRID, STACK_COLOUR, TEXT, WIDTH } from '../charts/theme.ts'
import { times } from '../format.ts'
import type { Change } from './changes.ts'
import { titleOf } from './words.ts'

const ROW = 30
const PLOT = { left: 156, right: 62, top: 12, bottom: 50 }
/** Less than there is room for: how wide a text gets is only guessed where nobody draws it. */
const LABEL_WIDTH = 116
const WHITE = '#ffffff'

/** What became of each measure of a stack: its ratio with the interval, before what the runs cannot tell from 1. */
export function changeChart(stack: StackName, all: Change[]): Chart {
  const changes = all.filter((it) => it.stack === stack)
  const spoken = changes.map((it) => `${titleOf(it)} ${times(it.ratio.value)}, ${it.verdict}`).join('; ')
  return {
    id: `changes-${stack}`,
    title: `The ${stack}, after against before`,
    hint: 'Right of 1 it is more than before, left of it less. Lines are 95% intervals; the grey bar is what the runs cannot tell from 1; hollow where the verdict is: cannot tell.',
    svg: renderSvg(
      optionOf(changes, STACK_COLOUR[stack]),
      PLOT.top + PLOT.bottom + ROW * changes.length,
      `${stack}, after to before: ${spoken}`,
    ),
  }
}

function optionOf(changes: Change[], colour: string): EChartsOption {
  const ends = changes.flatMap(({ ratio, resolution }) => [
    ratio.low ?? ratio.value,
    ratio.high ?? ratio.value,
    resolution,
    1 / resolution,
  ])
  const x = axisAround(Math.min(...ends), Math.max(...ends))
  return {
    grid: PLOT,
    xAxis: {
      type: 'value',
      min: x.min,
      max: x.max,
      name: 'After / before (times)',
      nameLocation: 'middle',
      nameGap: 32,
      nameTextStyle: TEXT,
      axisLine: { show: true, lineStyle: { color: FAINT } },
      axisTick: { show: true, customValues: x.ticks },
      axisLabel: { ...TEXT, customValues: x.ticks, formatter: (log) => tickText(10 ** log) },
      splitLine: { lineStyle: { color: GRID } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: changes.map((it) =>
        titleOf(it)
          .replace('Latency ', '')
          .replace(/ per .*/, ''),
      ),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...TEXT, width: LABEL_WIDTH, overflow: 'break' },
    },
    series: [
      {
        type: 'custom',
        data: changes.map((_, i) => [0, i]),
        silent: true,
        renderItem: ({ dataIndex }, api) =>
          drawRow(changes[dataIndex]!, colour, (ratio) => api.coord([Math.log10(ratio), dataIndex])),
      },
    ],
  }
}

/** Changes are often of a few percent, where steps of 1, 2, 5 would leave but three ticks. */
function axisAround(least: number, most: number): { min: number; max: number; ticks: number[] } {
  const reach = Math.max(most, 1 / least) * 1.02
  if (reach > 1.9) return logTicks(least * 0.98, most * 1.02, 7)
  const step = [0.02, 0.05, 0.1, 0.2, 0.5].find((it) => reach - 1 <= 2.5 * it) ?? 0.5
  const first = Math.floor((least * 0.99 - 1) / step)
  const last = Math.ceil((most * 1.01 - 1) / step)
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Math.log10(1 + (first + i) * step))
  return { min: ticks[0]!, max: ticks.at(-1)!, ticks }
}

/** @param at where a ratio lies in its row, in pixels */
function drawRow({ ratio, resolution, verdict }: Change, colour: string, at: (ratio: number) => number[]) {
  const [x, y] = at(ratio.value) as [number, number]
  const isClear = verdict !== 'cannot tell'
  const [left, right] = [at(1 / resolution)[0]!, at(resolution)[0]!]
  const style = { stroke: colour, lineWidth: 2, fill: isClear ? colour : WHITE }
  const interval = {
    x1: at(ratio.low ?? ratio.value)[0]!,
    y1: y,
    x2: at(ratio.high ?? ratio.value)[0]!,
    y2: y,
  }
  const none = at(1)[0]!
  const label = { fontFamily: TEXT.fontFamily, fontSize: TEXT.fontSize, fill: isClear ? TEXT.color : FAINT }
  return {
    type: 'group' as const,
    children: [
      {
        type: 'rect' as const,
        shape: { x: left, y: y - 8, width: right - left, height: 16 },
        style: { fill: GRID },
      },
      {
        type: 'line' as const,
        shape: { x1: none, y1: y - ROW / 2, x2: none, y2: y + ROW / 2 },
        style: { stroke: TEXT.color, lineWidth: 1.5 },
      },
      { type: 'line' as const, shape: interval, style },
      { type: 'circle' as const, shape: { cx: x, cy: y, r: 5 }, style },
      {
        type: 'text' as const,
        x: WIDTH - 4,
        y,
        style: {
          ...label,
          text: times(ratio.value),
          align: 'right' as const,
          verticalAlign: 'middle' as const,
        },
      },
    ],
  }
}
