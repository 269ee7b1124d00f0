import type { EChartsOption } from 'echarts'
import type { Chart } from '../../report/charts/charts.ts'
import { renderSvg } from '../../report/charts/render.ts'
import { FAINT, GRID, STACK_COLOUR, TEXT } from '../../report/charts/theme.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { Load, OverloadResult } from '../result.ts'
import { percent, timesText } from './words.ts'

const ROW = 30
const LEGEND = { width: 134, height: 20 }
const PLOT = { left: 96, right: 12, top: 44, bottom: 46 }
/** Narrower than this, a share has no room for its figure. */
const ROOM = 0.09

/** What can become of an order that is offered: its name, its colour, that of figures on it, and how many it became of. */
type Fate = { name: string; colour: string; text: string; count(load: Load): number }

const FATES: Fate[] = [
  { name: 'settled in time', colour: '#18805c', text: '#fdfdfd', count: ({ orders }) => orders.good },
  {
    name: 'refused at once',
    colour: '#b7cfe2',
    text: '#1a2530',
    count: ({ refusedQuickly }) => refusedQuickly,
  },
  {
    name: 'refused later',
    colour: '#e8b04a',
    text: '#1a2530',
    count: ({ refused, refusedQuickly, rateLimited, soldOut, wrong }) =>
      refused - refusedQuickly + rateLimited + soldOut + wrong.count,
  },
  {
    name: 'settled too late',
    colour: '#b4551d',
    text: '#fdfdfd',
    count: ({ orders }) => orders.late + orders.unsettled,
  },
  {
    name: 'no answer',
    colour: '#a3241b',
    text: '#fdfdfd',
    count: ({ gaveUp, notConnected }) => gaveUp + notConnected,
  },
  { name: 'not sent', colour: '#c3c9cf', text: '#1a2530', count: ({ notSent }) => notSent },
]

type Graphic = Exclude<NonNullable<EChartsOption['graphic']>, unknown[]>

type Row = { stack: StackName; load: Load }

/** What became of all orders that were offered, a bar for each load. */
export function fatesChart({ stacks }: OverloadResult): Chart {
  const rows = stacks.flatMap(({ stack, loads }) => loads.map((load) => ({ stack, load })))
  const fates = FATES.filter(({ count }) => rows.some(({ load }) => count(load) > 0))
  const spoken = rows.map(
    ({ stack, load }) =>
      `${stack} at ${timesText(load)}: ${fates.map(({ name, count }) => `${percent(count(load) / load.offered)} ${name}`).join(', ')}`,
  )
  return {
    id: 'fates',
    title: 'What became of the orders offered',
    hint: 'All orders that were due, at each multiple of the capacity. What cannot be served ought to be refused at once. Not sent: k6 had no virtual user left for them.',
    svg: renderSvg(
      optionOf(rows, fates),
      PLOT.top + PLOT.bottom + ROW * rows.length,
      `What became of the orders offered. ${spoken.join('. ')}`,
    ),
  }
}

function optionOf(rows: Row[], fates: Fate[]): EChartsOption {
  return {
    grid: PLOT,
    graphic: fates.flatMap(legendItem),
    xAxis: {
      type: 'value',
      min: 0,
      max: 1,
      interval: 0.25,
      name: 'Share of the orders offered',
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: TEXT,
      axisLabel: { ...TEXT, formatter: (share: number) => percent(share) },
      splitLine: { lineStyle: { color: GRID } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ stack, load }) => ({
        value: `${stack} ${timesText(load)}`,
        textStyle: { color: STACK_COLOUR[stack] },
      })),
      axisLine: { lineStyle: { color: FAINT } },
      axisTick: { show: false },
      axisLabel: { ...TEXT, color: undefined },
    },
    series: fates.map(({ name, colour, text, count }) => ({
      type: 'bar',
      stack: 'fates',
      name,
      color: colour,
      barWidth: 20,
      silent: true,
      data: rows.map(({ load }) => count(load) / load.offered),
      label: {
        show: true,
        ...TEXT,
        fontSize: 12,
        color: text,
        formatter: ({ value }) => ((value as number) >= ROOM ? percent(value as number) : ''),
      },
    })),
  }
}

/** ECharts cannot measure text without a browser, so its own legend would overlap: three to a row have room in any font. */
function legendItem({ name, colour }: Fate, i: number): Graphic[] {
  const [x, y] = [(i % 3) * LEGEND.width, 8 + Math.floor(i / 3) * LEGEND.height]
  const box = { x, y: y - 6, width: 12, height: 12, r: 2 }
  const font = { fontFamily: TEXT.fontFamily, fontSize: TEXT.fontSize, fill: TEXT.color }
  const style = { text: name, ...font, textVerticalAlign: 'middle' as const }
  return [
    { type: 'rect', shape: box, style: { fill: colour } },
    { type: 'text', x: x + 18, y, style },
  ]
}
