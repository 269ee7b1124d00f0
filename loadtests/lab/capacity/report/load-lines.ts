import type { EChartsOption } from 'echarts'
import { linearTicks, tickText } from '../../report/charts/scales.ts'
import { FAINT, STACK_COLOUR, STACK_SYMBOL, TEXT, tint } from '../../report/charts/theme.ts'
import type { StackName } from '../../stacks/stack.ts'
import { judgedProbes } from '../rates.ts'
import type { StackCapacity } from '../result.ts'

export type Series = Exclude<NonNullable<EChartsOption['series']>, unknown[]>
/** Orders offered a second, and what was seen there. */
export type Point = [perSecond: number, y: number]

export const GRID_BOX = { left: 56, right: 74, top: 34, bottom: 50 }

/** The axis of the load that was offered to these stacks. */
export function loadAxis(stacks: StackCapacity[]): EChartsOption['xAxis'] {
  const rates = stacks.flatMap(judgedProbes).map(({ ratePerSecond }) => ratePerSecond)
  const { max, ticks } = linearTicks(Math.max(1, ...rates))
  return {
    type: 'value',
    min: 0,
    max,
    name: 'Orders offered, per second',
    nameLocation: 'middle',
    nameGap: 32,
    nameTextStyle: TEXT,
    axisLine: { lineStyle: { color: FAINT } },
    axisTick: { show: false },
    axisLabel: { ...TEXT, customValues: ticks, formatter: (value: number) => tickText(value) },
    splitLine: { show: false },
  }
}

/** The name above an axis of figures. */
export const above = (name: string) => ({
  name,
  nameLocation: 'end' as const,
  nameTextStyle: { ...TEXT, align: 'left' as const, padding: [0, 0, 0, -48] },
  axisLine: { show: false },
})

/** One mark a probe. */
export const points = (stack: StackName, data: Point[]): Series => ({
  type: 'scatter',
  data,
  symbol: STACK_SYMBOL[stack],
  symbolSize: 5,
  itemStyle: { color: tint(stack, 0.6) },
  silent: true,
  z: 2,
})

/** A stack's line, with its name at the end; dashed, thin and without a name where it is the lesser of two. */
export const line = (stack: StackName, data: Point[], isMain: boolean) => ({
  type: 'line' as const,
  data,
  symbol: isMain ? STACK_SYMBOL[stack] : 'none',
  symbolSize: 8,
  color: STACK_COLOUR[stack],
  lineStyle: { width: isMain ? 2.5 : 1.5, type: isMain ? ('solid' as const) : ('dashed' as const) },
  endLabel: {
    show: isMain,
    formatter: stack,
    ...TEXT,
    fontWeight: 'bold' as const,
    color: STACK_COLOUR[stack],
    distance: 8,
  },
  labelLayout: { moveOverlap: 'shiftY' as const },
  z: 3,
})
