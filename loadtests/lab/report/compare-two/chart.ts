import type { EChartsOption } from 'echarts'
import type { Chart } from '../charts/charts.ts'
import { renderSvg } from '../charts/render.ts'
import { logTicks, tickText } from '../charts/scales.ts'
import { drawnAs, FAINT, GRID, STACK_COLOUR, TEXT, WIDTH } from '../charts/theme.ts'
import { ratioParts } from '../format.ts'
import { capital, ratioTitle } from '../words.ts'
import type { Change } from './changes.ts'
import type { Pair } from './pair.ts'

const ROW = 30
const PLOT = { left: 156, right: 62, top: 12, bottom: 50 }
/** Less than there is room for: how wide a text gets is only guessed where nobody draws it. */
const LABEL_WIDTH = 116
const WHITE = '#ffffff'

/** What became of each ratio, with its interval. */
export function changeChart({ after: { result } }: Pair, changes: Change[]): Chart {
  const title = ratioTitle(result)
  const spoken = changes.map((it) => `${it.title} ${timesOf(it)}`).join('; ')
  return {
    id: 'changes',
    title: `${capital(title)}, after against before`,
    hint: 'Right of 1 the ratio is more than before, left of it less. Lines are 95 % intervals. The two large dots are the ratios that were tested: filled where there is a verdict, hollow where these runs cannot tell.',
    svg: renderSvg(
      optionOf(changes, STACK_COLOUR[drawnAs(result.arms, result.arms[1]!.name)]),
      PLOT.top + PLOT.bottom + ROW * changes.length,
      `${capital(title)}, after to before: ${spoken}`,
    ),
  }
}

const timesOf = ({ ratio }: Change) => `${ratioParts(ratio).value}×`

function optionOf(changes: Change[], colour: string): EChartsOption {
  const ends = changes.flatMap(({ ratio }) => [ratio.low ?? ratio.value, ratio.high ?? ratio.value]).concat(1)
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
      data: changes.map((it) => it.title.replace('Latency ', '').replace(/ (per|of a million) .*/, '')),
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
function drawRow(change: Change, colour: string, at: (ratio: number) => number[]) {
  const { ratio, verdict } = change
  const [x, y] = at(ratio.value) as [number, number]
  const none = at(1)[0]!
  const ink = verdict === null ? FAINT : colour
  const style = { stroke: ink, lineWidth: 2, fill: verdict === 'cannot tell' ? WHITE : ink }
  const [x1, x2] = [at(ratio.low ?? ratio.value)[0]!, at(ratio.high ?? ratio.value)[0]!]
  const label = { fontFamily: TEXT.fontFamily, fontSize: TEXT.fontSize, fill: TEXT.color }
  return {
    type: 'group' as const,
    children: [
      {
        type: 'line' as const,
        shape: { x1: none, y1: y - ROW / 2, x2: none, y2: y + ROW / 2 },
        style: { stroke: TEXT.color, lineWidth: 1.5 },
      },
      { type: 'line' as const, shape: { x1, y1: y, x2, y2: y }, style },
      { type: 'circle' as const, shape: { cx: x, cy: y, r: verdict === null ? 3 : 6 }, style },
      {
        type: 'text' as const,
        x: WIDTH - 4,
        y,
        style: { ...label, text: timesOf(change), align: 'right' as const, verticalAlign: 'middle' as const },
      },
    ],
  }
}
