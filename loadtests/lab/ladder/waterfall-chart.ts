import type { EChartsOption } from 'echarts'
import type { Chart } from '../report/charts/charts.ts'
import { renderSvg } from '../report/charts/render.ts'
import { linearTicks, tickText } from '../report/charts/scales.ts'
import { FAINT, GRID, STACK_COLOUR, TEXT, WIDTH } from '../report/charts/theme.ts'
import { figure } from '../report/format.ts'
import { LOADS, RUNGS } from './rungs.ts'
import type { Step, Waterfall } from './waterfall.ts'

const ROW = 46
const BAR = 20
const PLOT = { left: 92, right: 12, top: 8, bottom: 50 }
const WORDS = { cpu: 'CPU time', p50: 'median latency' }
/** Between a bar and what is written behind it, and of a character, about, in pixels. */
const GAP = 6
const CHARACTER = 7.3

/** Each rung a bar from the total of the rung below to its own: its length is what the rung adds. */
export function waterfallChart({ load, what, steps, rounds }: Waterfall): Chart | undefined {
  if (steps.length === 0) return undefined
  const { unit, latency } = LOADS[load]
  const of = what === 'cpu' ? `CPU time of all processes per ${unit}` : `Median of the ${latency}`
  const axis = what === 'cpu' ? `CPU time of all processes per ${unit}, ms` : `Median ${latency}, ms`
  const spoken = steps.map(({ rung, total, added }, i) =>
    i === 0
      ? `${RUNGS[rung].title} ${figure(total)} ms`
      : `${RUNGS[rung].title} adds ${figure(added.mean)} ms`,
  )
  const title = `${load[0]!.toUpperCase()}${load.slice(1)}: ${WORDS[what]}, rung by rung`
  return {
    id: `ladder-${load}-${what}`,
    title,
    hint: `${of}. Each bar begins where the rung below ended; its length is what this rung adds, its thin line the 95% interval of that over ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.`,
    svg: renderSvg(
      optionOf(steps, axis),
      PLOT.top + PLOT.bottom + ROW * steps.length,
      `${title}: ${spoken.join('; ')}`,
    ),
  }
}

function optionOf(steps: Step[], axis: string): EChartsOption {
  const room = WIDTH - PLOT.left - PLOT.right
  // So far that what is written behind each bar and its interval has room.
  const ends = steps.map((step, i) => (endOf(step) * room) / (room - GAP - widthOf(textOf(step, i === 0))))
  const x = linearTicks(Math.max(...ends))
  const before = steps.map(({ total, added }) => total - added.mean)
  return {
    grid: PLOT,
    xAxis: {
      type: 'value',
      min: 0,
      max: x.max,
      name: axis,
      nameLocation: 'middle',
      nameGap: 32,
      nameTextStyle: TEXT,
      axisLine: { show: true, lineStyle: { color: FAINT } },
      axisTick: { show: true, customValues: x.ticks },
      axisLabel: { ...TEXT, customValues: x.ticks, formatter: (value) => tickText(value) },
      splitLine: { lineStyle: { color: GRID } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: steps.map(({ rung }) => RUNGS[rung].title),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...TEXT, width: PLOT.left - 10, overflow: 'break' },
    },
    series: [
      {
        type: 'custom',
        data: steps.map((_, i) => [0, i]),
        silent: true,
        renderItem: ({ dataIndex: i }, api) =>
          drawStep(steps[i]!, (value) => api.coord([value, i]) as [number, number], {
            isFirst: i === 0,
            isLast: i === steps.length - 1,
            before: before[i]!,
          }),
      },
    ],
  }
}

type Place = { isFirst: boolean; isLast: boolean; before: number }

/** Where the bar ends, or its interval, if that reaches farther. */
const endOf = ({ total, added }: Step) =>
  Math.max(total, total - Math.min(0, added.mean), total - added.mean + (added.high ?? added.mean))

const textOf = ({ total, added }: Step, isFirst: boolean) =>
  isFirst
    ? `${figure(total)} ms`
    : `${added.mean < 0 ? '−' : '+'}${figure(Math.abs(added.mean))} → ${figure(total)}`

const widthOf = (text: string) => text.length * CHARACTER

/** @param at where a value lies in its row, in pixels */
function drawStep(step: Step, at: (value: number) => [number, number], place: Place) {
  const { rung, total, added } = step
  const { isFirst, isLast, before } = place
  const [[from, y], [to]] = [at(before), at(total)]
  const [left, right] = [Math.min(from, to), Math.max(from, to)]
  const whisker = {
    x1: at(before + (added.low ?? added.mean))[0],
    x2: at(before + (added.high ?? added.mean))[0],
  }
  return {
    type: 'group' as const,
    children: [
      {
        type: 'rect' as const,
        shape: { x: left, y: y - BAR / 2, width: Math.max(1, right - left), height: BAR },
        style: { fill: colourOf(rung, isFirst) },
      },
      ...(isLast
        ? []
        : [
            {
              type: 'line' as const,
              shape: { x1: to, y1: y - BAR / 2, x2: to, y2: y + ROW - BAR / 2 },
              style: { stroke: FAINT, lineWidth: 1 },
            },
          ]),
      ...(isFirst
        ? []
        : [
            {
              type: 'line' as const,
              shape: { ...whisker, y1: y, y2: y },
              style: { stroke: TEXT.color, lineWidth: 1.5 },
            },
          ]),
      {
        type: 'text' as const,
        x: at(endOf(step))[0] + GAP,
        y,
        style: {
          text: textOf(step, isFirst),
          fontFamily: TEXT.fontFamily,
          fontSize: TEXT.fontSize,
          fill: TEXT.color,
          align: 'left' as const,
          verticalAlign: 'middle' as const,
        },
      },
    ],
  }
}

/** The floor is nobody's; what the services add has their colour, all else that of the monolith. */
function colourOf(rung: Step['rung'], isFirst: boolean): string {
  if (isFirst) return FAINT
  return rung === 'services' ? STACK_COLOUR.services : STACK_COLOUR.monolith
}
