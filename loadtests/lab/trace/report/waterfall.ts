import type { EChartsOption } from 'echarts'
import type { Chart } from '../../report/charts/charts.ts'
import { renderSvg } from '../../report/charts/render.ts'
import { linearTicks, tickText } from '../../report/charts/scales.ts'
import { FAINT, GRID, STACK_COLOUR, TEXT, WIDTH } from '../../report/charts/theme.ts'
import { figure } from '../../report/format.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { Span } from '../otlp.ts'
import { PART_NAMES, PARTS, type Part, partOf } from '../parts.ts'
import type { StackResult } from '../result.ts'

const ROW = 20
const BAR = 11
const PLOT = { left: 152, right: 10, top: 54, bottom: 44 }
/** Room for the figure beside a bar. */
const FIGURE = 56
const SMALL = 12

const COLOURS: Record<Exclude<Part, 'code'>, string> = {
  statement: '#18805c',
  sending: '#e8b04a',
  waiting: '#b7cfe2',
}
const colourOf = (stack: StackName, part: Part) => (part === 'code' ? STACK_COLOUR[stack] : COLOURS[part])

type Graphic = Exclude<NonNullable<EChartsOption['graphic']>, unknown[]>
type Pick = StackResult['picks'][number]
/** A line of the chart: the name of a process, or one of its spans. */
type Row = { process: string } | { span: Span }

/** One order: its spans, process by process, with the time since the request on x. */
export function waterfallChart(stack: StackName, { percentile, settledMs, spans }: Pick): Chart {
  const rows = rowsOf(spans)
  const height = PLOT.top + PLOT.bottom + ROW * rows.length
  const whose = percentile === 50 ? 'A median order' : `An order at p${percentile}`
  const title = `${whose} of the ${stack}: ${figure(settledMs)} ms`
  return {
    id: `waterfall-${stack}-p${percentile}`,
    title,
    hint: 'Each line is a span: something that a process did, from when to when. Figures are milliseconds.',
    svg: renderSvg(optionOf(stack, rows, spans, height), height, `${title}. ${inWords(spans)}`),
  }
}

/** Processes in the order in which the order reached them. */
function rowsOf(spans: Span[]): Row[] {
  const byProcess = Map.groupBy(spans, ({ service }) => service)
  return [...byProcess].flatMap(([process, own]) => [
    { process },
    ...own.toSorted((a, b) => a.start - b.start).map((span) => ({ span })),
  ])
}

function optionOf(stack: StackName, rows: Row[], spans: Span[], height: number): EChartsOption {
  const from = spans[0]!.start
  const parts = PARTS.filter((part) => spans.some((span) => partOf(span) === part))
  const x = linearTicks(Math.max(...spans.map(({ end }) => end)) - from)
  const toPixel = (moment: number) =>
    PLOT.left + (Math.max(0, moment - from) / x.max) * (WIDTH - PLOT.left - PLOT.right)
  return {
    grid: PLOT,
    xAxis: {
      type: 'value',
      min: 0,
      max: x.max,
      name: 'Milliseconds since the request',
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: TEXT,
      axisLabel: { ...TEXT, customValues: x.ticks, formatter: (value: number) => tickText(value) },
      axisTick: { show: false, customValues: x.ticks },
      splitLine: { lineStyle: { color: GRID } },
    },
    yAxis: { type: 'value', show: false, min: 0, max: height },
    series: [],
    graphic: [
      ...parts.flatMap((part, i) => legendItem(stack, part, i)),
      ...rows.flatMap((row, i) => {
        const y = PLOT.top + ROW * (i + 0.5)
        return 'process' in row ? [heading(row.process, y)] : lineOf(stack, row.span, y, toPixel)
      }),
    ].map((it) => ({ ...it, z: 10 })),
  }
}

function lineOf(stack: StackName, span: Span, y: number, toPixel: (moment: number) => number): Graphic[] {
  const part = partOf(span)
  const [start, end] = [toPixel(span.start), toPixel(span.end)]
  const width = Math.max(1, end - start)
  return [
    text(span.name, 8, y, { fill: TEXT.color }),
    {
      type: 'rect',
      shape: { x: start, y: y - BAR / 2, width, height: BAR, r: 1 },
      style: { fill: colourOf(stack, part) },
    },
    figureText(figure(span.end - span.start), start, start + width, y, part),
  ]
}

/** Behind its bar, or before it, or on it, wherever there is room. */
function figureText(value: string, start: number, end: number, y: number, part: Part): Graphic {
  if (end + FIGURE <= WIDTH) return text(value, end + 4, y, { fill: FAINT })
  if (start - FIGURE >= PLOT.left) return text(value, start - 4, y, { fill: FAINT, textAlign: 'right' })
  const onBar = part === 'code' || part === 'statement' ? '#fdfdfd' : '#1a2530'
  return text(value, end - 4, y, { fill: onBar, textAlign: 'right', lineWidth: 0 })
}

const heading = (process: string, y: number) =>
  text(process, 0, y, { fill: TEXT.color, fontWeight: 'bold', fontSize: TEXT.fontSize })

type Style = {
  fill: string
  textAlign?: 'right'
  fontWeight?: 'bold'
  fontSize?: number
  lineWidth?: number
}

function text(content: string, x: number, y: number, own: Style): Graphic {
  const font = { fontFamily: TEXT.fontFamily, fontSize: SMALL, textVerticalAlign: 'middle' as const }
  const style = { text: content, ...font, stroke: '#ffffff', lineWidth: 3, ...own }
  return { type: 'text', x, y, style }
}

/** ECharts cannot measure text without a browser, so its own legend would overlap: two to a row have room in any font. */
function legendItem(stack: StackName, part: Part, i: number): Graphic[] {
  const [x, y] = [(i % 2) * (WIDTH / 2), 10 + Math.floor(i / 2) * ROW]
  return [
    {
      type: 'rect',
      shape: { x, y: y - 6, width: 12, height: 12, r: 2 },
      style: { fill: colourOf(stack, part) },
    },
    text(PART_NAMES[part], x + 18, y, { fill: TEXT.color, fontSize: TEXT.fontSize }),
  ]
}

const inWords = (spans: Span[]) =>
  spans.map(({ service, name, start, end }) => `${service}: ${name}, ${figure(end - start)} ms`).join('; ')
