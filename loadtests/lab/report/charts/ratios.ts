import type { EChartsOption } from 'echarts'
import type { Measure, Result } from '../../compare/result.ts'
import type { Ratio } from '../../stats/ratio.ts'
import { times } from '../format.ts'
import { capital, does, ratioTitle, subjectOf } from '../words.ts'
import type { Chart } from './charts.ts'
import { renderSvg } from './render.ts'
import { logTicks, tickText } from './scales.ts'
import { FAINT, GRID, TEXT, WIDTH } from './theme.ts'

const ROW = 30
const PLOT = { left: 156, right: 62, top: 12, bottom: 50 }

type Row = Pick<Measure, 'title' | 'verdict'> & { ratio: Ratio }

/** Every ratio with its interval, on one axis. */
export function ratioChart(result: Result): Chart {
  const rows = (result.comparison ?? []).filter(hasRatio)
  const title = ratioTitle(result)
  const other = result.arms[1]!
  const spoken = rows.map(({ title, ratio }) => `${title} ${times(ratio.value)}`).join('; ')
  return {
    id: 'ratios',
    title: capital(title),
    hint: `Right of 1, ${subjectOf(other)} ${does(other, 'need')} more; left of it, less. Lines are 95 % intervals. The two large dots are the ratios that were tested: filled where there is a verdict, hollow where this run cannot tell.`,
    svg: renderSvg(
      optionOf(rows, title),
      PLOT.top + PLOT.bottom + ROW * rows.length,
      `${capital(title)}: ${spoken}`,
    ),
  }
}

const hasRatio = (measure: Measure): measure is Measure & { ratio: Ratio } => measure.ratio !== null

function optionOf(rows: Row[], title: string): EChartsOption {
  const ends = rows.flatMap(({ ratio }) => [ratio.low ?? ratio.value, ratio.high ?? ratio.value]).concat(1)
  const x = logTicks(Math.min(...ends) * 0.98, Math.max(...ends) * 1.02, 7)
  return {
    grid: PLOT,
    xAxis: {
      type: 'value',
      min: x.min,
      max: x.max,
      name: `${capital(title)} (times)`,
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

/** The axis has no room for more. */
const shortTitle = (title: string) =>
  title
    .replace('Latency ', '')

    .replace(/ (per|of a million) .*/, '')

/** @param at where a ratio lies in its row, in pixels */
function drawRow({ ratio, verdict }: Row, at: (ratio: number) => number[]) {
  const { value, low, high } = ratio
  const [x, y] = at(value) as [number, number]
  const colour = verdict === null ? FAINT : TEXT.color
  const style = { stroke: colour, lineWidth: 2, fill: verdict === 'cannot tell' ? '#ffffff' : colour }
  const label = {
    text: times(value),
    fontFamily: TEXT.fontFamily,
    fontSize: TEXT.fontSize,
    align: 'right' as const,
    verticalAlign: 'middle' as const,
    fill: colour,
  }
  return {
    type: 'group' as const,
    children: [
      {
        type: 'line' as const,
        shape: { x1: at(low ?? value)[0]!, y1: y, x2: at(high ?? value)[0]!, y2: y },
        style,
      },
      { type: 'circle' as const, shape: { cx: x, cy: y, r: verdict === null ? 3 : 6 }, style },
      { type: 'text' as const, x: WIDTH - 4, y, style: label },
    ],
  }
}
