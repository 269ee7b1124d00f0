import type { EChartsOption } from 'echarts'
import { max, mean, min } from 'simple-statistics'
import { percentileOf } from '../../compare/comparison.ts'
import { PERCENTILES } from '../../compare/k6-summary.ts'
import type { Result, Round } from '../../compare/result.ts'
import { roundsOf } from '../../compare/verdict.ts'
import type { StackName } from '../../stacks/start.ts'
import type { Chart } from './charts.ts'
import { renderSvg } from './render.ts'
import { logTicks, percentilePosition, tickText } from './scales.ts'
import { FAINT, GRID, STACK_COLOUR, STACK_SYMBOL, TEXT, tint } from './theme.ts'

const HEIGHT = 320
/** Percentiles that the axis names; the others have no room. */
const NAMED = [50, 75, 90, 95, 99, 99.9]

type Point = { percentile: number; mean: number; least: number; most: number }
type Curve = { stack: StackName; points: Point[] }

/**
 * A latency by percentile, each stack's mean over its rounds as a line in a band from its best round to its worst.
 * @returns undefined where there were too few values to speak of percentiles
 */
export function latencyChart(result: Result, latency: { id: string; title: string }): Chart | undefined {
  const curves = result.stacks.map(({ name }) => ({
    stack: name,
    points: pointsOf(roundsOf(result, name), latency.id),
  }))
  if (curves.some(({ points }) => points.length === 0)) return undefined
  const title = `${latency.title}, by percentile`
  return {
    id: `latency-${latency.id}`,
    title,
    hint: 'At 99, one in a hundred takes longer than the line says. Both axes are logarithmic. The band spans the rounds, best to worst.',
    svg: renderSvg(optionOf(curves, latency.title), HEIGHT, `${title}: ${inWords(curves)}`),
  }
}

function pointsOf(rounds: Round[], latency: string): Point[] {
  const fewest = min(rounds.map(({ load }) => load.latencies[latency]!.count))
  // A percentile is drawn only where every round has a value beyond it.
  const known = PERCENTILES.filter((percentile) => fewest * (1 - percentile / 100) >= 1)
  return known.map((percentile) => {
    const values = rounds.map((round) => percentileOf(round, latency, percentile))
    return { percentile, mean: mean(values), least: min(values), most: max(values) }
  })
}

function optionOf(curves: Curve[], title: string): EChartsOption {
  const points = curves.flatMap((curve) => curve.points)
  const y = logTicks(min(points.map(({ least }) => least)), max(points.map(({ most }) => most)))
  const last = max(points.map(({ percentile }) => percentile))
  const named = NAMED.filter((percentile) => percentile <= last)
  return {
    grid: { left: 56, right: 74, top: 34, bottom: 50 },
    xAxis: {
      type: 'value',
      min: 0,
      max: percentilePosition(last),
      name: 'Percentile of the requests',
      nameLocation: 'middle',
      nameGap: 32,
      nameTextStyle: TEXT,
      axisLine: { lineStyle: { color: FAINT } },
      axisTick: { customValues: named.map(percentilePosition) },
      axisLabel: {
        ...TEXT,
        customValues: named.map(percentilePosition),
        formatter: (position) => tickText(100 * (1 - 10 ** -position)),
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: y.min,
      max: y.max,
      name: `${title}, ms`,
      nameLocation: 'end',
      nameTextStyle: { ...TEXT, align: 'left', padding: [0, 0, 0, -48] },
      axisLine: { show: false },
      axisLabel: { ...TEXT, customValues: y.ticks, formatter: (log) => tickText(10 ** log) },
      axisTick: { show: false, customValues: y.ticks },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: curves.flatMap((curve) => [band(curve), line(curve)]),
  }
}

function line({ stack, points }: Curve): Series {
  return {
    type: 'line',
    data: points.map(({ percentile, mean }) => [percentilePosition(percentile), Math.log10(mean)]),
    symbol: STACK_SYMBOL[stack],
    symbolSize: 8,
    color: STACK_COLOUR[stack],
    lineStyle: { width: 2.5 },
    endLabel: {
      show: true,
      formatter: stack,
      ...TEXT,
      fontWeight: 'bold',
      color: STACK_COLOUR[stack],
      distance: 8,
    },
    labelLayout: { moveOverlap: 'shiftY' },
    z: 3,
  }
}

/** The band's outline, there along the best rounds and back along the worst. */
function band({ stack, points }: Curve): Series {
  const outline = [
    ...points.map(({ percentile, least }) => [percentilePosition(percentile), Math.log10(least)]),
    ...points.toReversed().map(({ percentile, most }) => [percentilePosition(percentile), Math.log10(most)]),
  ]
  return {
    type: 'custom',
    data: [outline.flat()],
    silent: true,
    renderItem: (_, api) => ({
      type: 'polygon',
      shape: { points: outline.map((point) => api.coord(point)) },
      style: { fill: tint(stack, 0.5), opacity: 0.4 },
    }),
    z: 1,
  }
}

type Series = Exclude<NonNullable<EChartsOption['series']>, unknown[]>

function inWords(curves: Curve[]): string {
  const median = ({ points }: Curve) =>
    tickText(points.find(({ percentile }) => percentile === 50)?.mean ?? 0)
  return curves.map((curve) => `${curve.stack}, median ${median(curve)} ms`).join('; ')
}
