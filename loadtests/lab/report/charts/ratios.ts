import type { EChartsOption } from 'echarts'
import type { Measure, Result } from '../../compare/result.ts'
import type { Ratio } from '../../stats/ratio.ts'
import { times } from '../format.ts'
import type { Chart } from './charts.ts'
import { renderSvg } from './render.ts'
import { logTicks, tickText } from './scales.ts'
import { FAINT, GRID, TEXT, WIDTH } from './theme.ts'

const ROW = 30
const PLOT = { left: 156, right: 62, top: 12, bottom: 50 }

type Row = { title: string; ratio: Ratio; control: Ratio | null }

/** Every ratio with its interval, on one axis. */
export function ratioChart(result: Result): Chart {
  const rows = (result.comparison ?? []).filter(hasRatio)
  const spoken = rows.map(({ title, ratio }) => `${title} ${times(ratio.value)}`).join('; ')
  return {
    id: 'ratios',
    title: 'Services against monolith',
    hint: 'Right of 1 the services need more, left of it less. Lines are 95% intervals; hollow where the run cannot tell. The grey bars are the monolith against itself: how far off this machine is by itself.',
    svg: renderSvg(
      optionOf(rows),
      PLOT.top + PLOT.bottom + ROW * rows.length,
      `Services to monolith: ${spoken}`,
    ),
  }
}

const hasRatio = (measure: Measure): measure is Measure & { ratio: Ratio } => measure.ratio !== null

function optionOf(rows: Row[]): EChartsOption {
  const ends = rows.flatMap(({ ratio, control }) => [ratio, control].flatMap(boundsOf)).concat(1)
  const x = logTicks(Math.min(...ends) * 0.98, Math.max(...ends) * 1.02, 7)
  return {
    grid: PLOT,
    xAxis: {
      type: 'value',
      min: x.min,
      max: x.max,
      name: 'Services / monolith (times)',
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
      data: rows.map(({ title }) => shortTitle(title)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...TEXT, width: PLOT.left - 40, overflow: 'break' },
    },
    series: [
      {
        type: 'line',
        data: [],
        markLine: {
          symbol: 'none',
          silent: true,
          label: { show: false },
          lineStyle: { color: TEXT.color, width: 1.5, type: 'solid' },
          data: [{ xAxis: 0 }],
        },
      },
      {
        type: 'custom',
        data: rows.map((_, i) => [0, i]),
        silent: true,
        renderItem: ({ dataIndex }, api) =>
          drawRow(rows[dataIndex]!, (ratio) => api.coord([Math.log10(ratio), dataIndex])),
      },
    ],
  }
}

const boundsOf = (ratio: Ratio | null): number[] =>
  ratio ? [ratio.low ?? ratio.value, ratio.high ?? ratio.value] : []

function drawControl(bounds: number[], at: (ratio: number) => number[]) {
  const [x1, y] = at(bounds[0]!) as [number, number]
  const width = Math.max(2, at(bounds[1]!)[0]! - x1)
  return {
    type: 'rect' as const,
    shape: { x: x1, y: y - 8, width, height: 16 },
    style: { fill: FAINT, opacity: 0.35 },
  }
}

/** The axis has no room for more. */
const shortTitle = (title: string) =>
  title
    .replace('Latency ', '')
    .replace('Read and written by Node processes', 'Bytes')
    .replace(/ (per|of a million) .*/, '')

/** @param at where a ratio lies in its row, in pixels */
function drawRow({ ratio, control }: Row, at: (ratio: number) => number[]) {
  const { value, low, high, verdict } = ratio
  const [x, y] = at(value) as [number, number]
  const isClear = verdict !== 'cannot tell'
  const style = { stroke: TEXT.color, lineWidth: 2, fill: isClear ? TEXT.color : '#ffffff' }
  const interval = { x1: at(low ?? value)[0]!, y1: y, x2: at(high ?? value)[0]!, y2: y }
  const label = {
    text: times(value),
    fontFamily: TEXT.fontFamily,
    fontSize: TEXT.fontSize,
    align: 'right' as const,
  }
  return {
    type: 'group' as const,
    children: [
      ...(control ? [drawControl(boundsOf(control), at)] : []),
      { type: 'line' as const, shape: interval, style },
      { type: 'circle' as const, shape: { cx: x, cy: y, r: 5 }, style },
      {
        type: 'text' as const,
        x: WIDTH - 4,
        y,
        style: { ...label, verticalAlign: 'middle' as const, fill: isClear ? TEXT.color : FAINT },
      },
    ],
  }
}
