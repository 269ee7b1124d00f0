import type { EChartsOption } from 'echarts'
import type { Chart } from '../../report/charts/charts.ts'
import { renderSvg } from '../../report/charts/render.ts'
import { logTicks, tickText } from '../../report/charts/scales.ts'
import { FAINT, GRID, STACK_COLOUR, STACK_SYMBOL, TEXT } from '../../report/charts/theme.ts'
import { safe } from '../../report/escape.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { FaultsResult, RunResult } from '../result.ts'
import { timeAfter } from './words.ts'

const ROW = 42
const PLOT = { left: 180, right: 16, top: 26, bottom: 44 }
const STACKS: StackName[] = ['monolith', 'services']
/** A title has three lines beside its row. Text cannot be measured without a browser: so many letters fit in any font. */
const LINES = { most: 3, letters: 26, height: 13 }
/** The stacks' dots stand above one another within a row, in shares of its height. */
const OFFSET: Record<StackName, number> = { monolith: -0.17, services: 0.17 }
const NEVER = '#b42318'

type Row = { title: string; runs: RunResult[] }
type Axis = { min: number; max: number; ticks: number[] }

/** More faults than a screen has room for make several charts, which stand side by side; few are not torn apart. */
const MOST_ROWS = 24
const FEW_ROWS = 10

/** How long each stack took to recover from each fault, a dot for each run, so that the spread is seen. */
export function recoveryCharts({ runs }: FaultsResult): Chart[] {
  const rows = [...Map.groupBy(runs, ({ fault }) => fault).values()].map((own) => ({
    title: own[0]!.title,
    runs: own,
  }))
  if (rows.length === 0) return []
  const times = runs.flatMap(({ healthyAfterMs }) => healthyAfterMs ?? [])
  const axis = axisOf(times)
  const count = rows.length > FEW_ROWS ? Math.max(2, Math.ceil(rows.length / MOST_ROWS)) : 1
  const size = Math.ceil(rows.length / count)
  return Array.from({ length: count }, (_, i) => {
    const part = rows.slice(i * size, (i + 1) * size)
    const title = 'Time to recover'
    return {
      id: count === 1 ? 'recovery' : `recovery-${i + 1}`,
      title: count === 1 ? title : `${title}, ${i + 1} of ${count}`,
      hint: 'A dot for each run, from the moment the fault is healed until an order settles. The axis is logarithmic.',
      svg: renderSvg(optionOf(part, axis), PLOT.top + PLOT.bottom + ROW * part.length, spoken(part)),
    }
  })
}

/** At least a decade, so that one dot has an axis, too. */
function axisOf(times: number[]): Axis {
  const known = times.map((ms) => Math.max(1, ms))
  const [least, most] = [Math.min(...known, 100), Math.max(...known, 1_000)]
  return logTicks(least * 0.95, most * 1.05, 6)
}

function optionOf(rows: Row[], axis: Axis): EChartsOption {
  return {
    grid: PLOT,
    xAxis: {
      type: 'value',
      min: axis.min,
      max: axis.max,
      axisLine: { show: true, lineStyle: { color: FAINT } },
      axisTick: { show: true, customValues: axis.ticks },
      axisLabel: { ...TEXT, customValues: axis.ticks, formatter: (log: number) => axisText(10 ** log) },
      splitLine: { lineStyle: { color: GRID } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ title }) => inLines(title)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        ...TEXT,
        fontSize: 11.5,
        lineHeight: LINES.height,
        interval: 0,
      },
      splitLine: { show: true, lineStyle: { color: GRID } },
    },
    series: [...STACKS.map((stack) => dots(stack, rows)), never(rows, axis)],
    graphic: STACKS.filter((stack) => rows.some(({ runs }) => runs.some((it) => it.stack === stack))).map(
      legendItem,
    ),
  }
}

type Series = Exclude<NonNullable<EChartsOption['series']>, unknown[]>
type Graphic = Exclude<NonNullable<EChartsOption['graphic']>, unknown[]>

function dots(stack: StackName, rows: Row[]): Series {
  const times = rows.flatMap(({ runs }, row) =>
    runs.flatMap((run) =>
      run.stack === stack && run.healthyAfterMs !== null
        ? [[Math.log10(Math.max(1, run.healthyAfterMs)), row]]
        : [],
    ),
  )
  return {
    type: 'scatter',
    data: times,
    symbol: STACK_SYMBOL[stack],
    symbolSize: 8,
    symbolOffset: [0, OFFSET[stack] * ROW],
    color: STACK_COLOUR[stack],
    itemStyle: { opacity: 0.75 },
    silent: true,
  }
}

/** Runs that did not recover stand at the end of the axis. */
function never(rows: Row[], axis: Axis): Series {
  const places = rows.flatMap(({ runs }, row) =>
    runs
      .filter(({ healthyAfterMs }) => healthyAfterMs === null)
      .map(({ stack }) => ({ value: [axis.max, row], symbolOffset: [0, OFFSET[stack] * ROW] })),
  )
  const label = { show: true, formatter: 'never', position: 'left' as const, fontSize: 12, color: NEVER }
  return { type: 'scatter', data: places, symbol: 'rect', symbolSize: 7, color: NEVER, silent: true, label }
}

function legendItem(stack: StackName, i: number): Graphic {
  const font = { fontFamily: TEXT.fontFamily, fontSize: TEXT.fontSize, fontWeight: 'bold' as const }
  const sign = STACK_SYMBOL[stack] === 'circle' ? '●' : '◆'
  const style = { text: `${sign} ${stack}`, ...font, fill: STACK_COLOUR[stack] }
  return { type: 'text', x: PLOT.left + i * 104, y: 6, style }
}

function inLines(title: string): string {
  const lines = ['']
  for (const word of title.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim()
    if (longer.length <= LINES.letters) lines[lines.length - 1] = longer
    else lines.push(word.slice(0, LINES.letters))
  }
  const kept = lines.filter(Boolean).slice(0, LINES.most)
  const isWhole = lines.filter(Boolean).length <= LINES.most
  return isWhole ? kept.join('\n') : `${kept.join('\n').slice(0, -1).trimEnd()}…`
}

const axisText = (ms: number) => (ms < 999.5 ? `${tickText(ms)} ms` : `${tickText(ms / 1000)} s`)

function spoken(rows: Row[]): string {
  const told = rows.map(({ title, runs }) => {
    const times = runs.map(
      ({ stack, healthyAfterMs: ms }) => `${stack} ${ms === null ? 'never' : timeAfter(ms)}`,
    )
    return `${title}: ${times.join(', ')}`
  })
  return safe(`Time to recover. ${told.join('. ')}`)
}
