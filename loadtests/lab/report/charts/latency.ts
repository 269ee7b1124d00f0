import type { EChartsOption } from 'echarts'
import { max, min } from 'simple-statistics'
import { countedRounds } from '../../compare/counting.ts'
import { percentileOf } from '../../compare/distribution.ts'
import { PERCENTILES } from '../../compare/k6-summary.ts'
import { latencyOf } from '../../compare/measures.ts'
import type { Result, Round } from '../../compare/result.ts'
import { ofArm, unitsOf } from '../../compare/units.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { Chart } from './charts.ts'
import { renderSvg } from './render.ts'
import { logTicks, percentilePosition, tickText } from './scales.ts'
import { drawnAs, FAINT, GRID, STACK_COLOUR, STACK_SYMBOL, TEXT, tint } from './theme.ts'

const HEIGHT = 320
/** Percentiles that the axis names; the others have no room. */
const NAMED = [50, 75, 90, 95, 99, 99.9]

type Point = { percentile: number; ms: number; least: number; most: number }
/** Of one that is compared; `look`: in which stack's colour. */
type Curve = { name: string; look: StackName; points: Point[] }

/**
 * A latency by percentile: of all that was measured together, as a line, in a band from the best block, or start of the
 * processes, to the worst.
 * @returns undefined where there were too few values to speak of percentiles
 */
export function latencyChart(result: Result, latency: { id: string; title: string }): Chart | undefined {
  const counted = countedRounds(result)
  const curves = result.arms.map(({ name }) => ({
    name,
    look: drawnAs(result.arms, name),
    points: pointsOf(ofArm(counted, name), latency.id),
  }))
  if (curves.some(({ points }) => points.length === 0)) return undefined
  const title = `${latency.title}, by percentile`
  return {
    id: `latency-${latency.id}`,
    title,
    hint: `At 99, one in a hundred takes longer than the line says. Both axes are logarithmic. The band spans the ${result.intervalsOver === 'starts' ? 'starts of the processes' : 'blocks'}, best to worst.`,
    svg: renderSvg(optionOf(curves, latency.title), HEIGHT, `${title}: ${inWords(curves)}`),
  }
}

function pointsOf(rounds: Round[], latency: string): Point[] {
  const all = latencyOf(rounds, latency)
  const units = unitsOf(rounds).units.map((unit) => latencyOf(unit, latency))
  const fewest = min(units.map(({ count }) => count))
  // A percentile is drawn only where every unit has a value beyond it.
  const known = PERCENTILES.filter((percentile) => fewest * (1 - percentile / 100) >= 1)
  return known.map((percentile) => {
    const values = units.map((unit) => percentileOf(unit, percentile))
    return { percentile, ms: percentileOf(all, percentile), least: min(values), most: max(values) }
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

function line({ name, look, points }: Curve): Series {
  return {
    type: 'line',
    data: points.map(({ percentile, ms }) => [percentilePosition(percentile), Math.log10(ms)]),
    symbol: STACK_SYMBOL[look],
    symbolSize: 8,
    color: STACK_COLOUR[look],
    lineStyle: { width: 2.5 },
    endLabel: {
      show: true,
      formatter: name,
      ...TEXT,
      fontWeight: 'bold',
      color: STACK_COLOUR[look],
      distance: 8,
    },
    labelLayout: { moveOverlap: 'shiftY' },
    z: 3,
  }
}

/** The band's outline, there along the best and back along the worst. */
function band({ look, points }: Curve): Series {
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
      style: { fill: tint(look, 0.5), opacity: 0.4 },
    }),
    z: 1,
  }
}

type Series = Exclude<NonNullable<EChartsOption['series']>, unknown[]>

function inWords(curves: Curve[]): string {
  const median = ({ points }: Curve) => tickText(points.find(({ percentile }) => percentile === 50)?.ms ?? 0)
  return curves.map((curve) => `${curve.name}, median ${median(curve)} ms`).join('; ')
}
