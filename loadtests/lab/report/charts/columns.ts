import type { EChartsOption } from 'echarts'
import type { StackName } from '../../stacks/stack.ts'
import { figure } from '../format.ts'
import { linearTicks, tickText } from './scales.ts'
import { spread } from './spread.ts'
import { FAINT, GRID, STACK_COLOUR, TEXT, WIDTH } from './theme.ts'

export const HEIGHT = 340
const PLOT = { left: 44, right: 0, top: 34, bottom: 34 }
const BAR = 46
const LABEL_HEIGHT = 17
/** Of the grid's lines. */
const IN_FRONT = 10

/** A part of a column: what it is and how much, and how much lies below it. */
export type Part = { process: string; value: number; from: number; colour: string }
/** The column of one that is compared, lowest part first; `look`: in which stack's colour. */
export type Column = { name: string; look: StackName; total: number; parts: Part[] }

/** Stacked columns whose parts are named beside them, which a legend of many tints would do badly. */
export function columnsOption(columns: Column[], axis: string, unit: string): EChartsOption {
  const y = linearTicks(Math.max(...columns.map(({ total }) => total)) * 1.02)
  const room = (WIDTH - PLOT.left - PLOT.right) / columns.length
  const toPixel = (value: number) =>
    HEIGHT - PLOT.bottom - (value / y.max) * (HEIGHT - PLOT.top - PLOT.bottom)
  return {
    grid: PLOT,
    xAxis: { type: 'value', show: false, min: 0, max: WIDTH - PLOT.left - PLOT.right },
    yAxis: {
      type: 'value',
      min: 0,
      max: y.max,
      name: axis,
      nameTextStyle: { ...TEXT, align: 'left', padding: [0, 0, 0, -36] },
      axisLabel: { ...TEXT, customValues: y.ticks, formatter: (value) => tickText(value) },
      axisTick: { show: false, customValues: y.ticks },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: [],
    graphic: columns.flatMap((column, i) =>
      graphics(column, PLOT.left + 6 + i * room, toPixel, unit).map((it) => ({ ...it, z: IN_FRONT })),
    ),
  }
}

type Graphic = Exclude<NonNullable<EChartsOption['graphic']>, unknown[]>

/** A column, with each part named beside it, and its name and total below. */
function graphics(
  { name, look, total, parts }: Column,
  x: number,
  toPixel: (value: number) => number,
  unit: string,
): Graphic[] {
  const wanted = parts.map(({ from, value }) => toPixel(from + value / 2))
  const places = spread(wanted, LABEL_HEIGHT, toPixel(0) - LABEL_HEIGHT / 2)
  const boxes = parts.map(({ from, value, colour }) => ({
    type: 'rect' as const,
    shape: { x, y: toPixel(from + value), width: BAR, height: toPixel(from) - toPixel(from + value) },
    style: { fill: colour, stroke: '#ffffff', lineWidth: 1 },
  }))
  const labels = parts.flatMap(({ process, value }, i) => [
    {
      type: 'polyline' as const,
      shape: {
        points: [
          [x + BAR, wanted[i]!],
          [x + BAR + 6, places[i]!],
          [x + BAR + 9, places[i]!],
        ],
      },
      style: { stroke: FAINT, lineWidth: 1, fill: 'none' },
    },
    {
      type: 'text' as const,
      x: x + BAR + 12,
      y: places[i]!,
      style: { text: `${process} ${figure(value)}`, ...textStyle, textVerticalAlign: 'middle' as const },
    },
  ])
  const below = {
    type: 'text' as const,
    x,
    y: toPixel(0) + 9,
    style: {
      text: `${name}: ${figure(total)} ${unit}`,
      ...textStyle,
      fontWeight: 'bold' as const,
      fill: STACK_COLOUR[look],
    },
  }
  return [...boxes, ...labels, below]
}

const textStyle = {
  fontFamily: TEXT.fontFamily,
  fontSize: TEXT.fontSize,
  fill: TEXT.color,
  stroke: '#ffffff',
  lineWidth: 3,
}
