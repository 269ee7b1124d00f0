import type { Arm } from '../../compare/arms.ts'
import type { StackName } from '../../stacks/stack.ts'

/** Drawn narrow, so that text keeps its size on a phone. */
export const WIDTH = 400

// Its quotes are single: it stands in attributes of SVG, which ECharts puts in double ones.
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
export const TEXT = { fontFamily: FONT, fontSize: 13, color: '#1f2933' }
export const FAINT = '#52606d'
export const GRID = '#d9e2ec'

/** One colour a stack, apart for every kind of colour blindness (Okabe and Ito's blue and vermilion). */
export const STACK_COLOUR: Record<StackName, string> = { monolith: '#0072b2', services: '#c05200' }

/** A second sign beside colour, for print in grey. */
export const STACK_SYMBOL: Record<StackName, string> = { monolith: 'circle', services: 'diamond' }

/** A stack's colour mixed with white. @param share of the colour, from 0 to 1 */
export function tint(stack: StackName, share: number): string {
  const channels = STACK_COLOUR[stack].match(/[0-9a-f]{2}/g)!.map((hex) => Number.parseInt(hex, 16))
  const mixed = channels.map((channel) => Math.round(255 - (255 - channel) * share))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/**
 * In which stack's colour and sign an arm is drawn: its own, or, where one stack is held against itself, the first in the
 * monolith's and the second in the services'.
 */
export function drawnAs(arms: Arm[], name: string): StackName {
  const place = arms.findIndex((arm) => arm.name === name)
  if (arms.length < 2 || arms[0]!.stack !== arms[1]!.stack) return arms[place]!.stack
  return place === 0 ? 'monolith' : 'services'
}
