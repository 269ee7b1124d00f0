import type { Measure } from '../compare/result.ts'
import type { Interval } from '../stats/interval.ts'
import { type Ratio, resolutionOf } from '../stats/ratio.ts'

/** A number with about three digits that mean something: `0.412`, `4.31`, `43.1`, `431`, `4,310`. */
export function figure(value: number): string {
  const size = Math.abs(value)
  const decimals = size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

/** A ratio: `2.43×`. */
export const times = (value: number) => `${figure(value)}×`

/** An interval's bounds: `2.31 to 2.55`. Empty where there are none. */
export function bounds({ low, high }: Pick<Interval, 'low' | 'high'>): string {
  return low === null || high === null ? '' : `${figure(low)} to ${figure(high)}`
}

/** The same, short: `2.31–2.55`. */
export const range = (interval: Pick<Interval, 'low' | 'high'>) => bounds(interval).replace(' to ', '–')

/** The last column of the table. */
export function ratioText(ratio: Ratio | null): string {
  if (!ratio) return ''
  const within = range(ratio) && ` (${range(ratio)})`
  return `${times(ratio.value)}${within}`
}

/** Which stack needs less, or that nobody can tell. */
export function lessText(ratio: Ratio | null): string {
  if (!ratio) return ''
  if (ratio.verdict === 'cannot tell') return 'cannot tell'
  return ratio.verdict === 'higher' ? 'monolith' : 'services'
}

/** How near to 1 a ratio may come before this run cannot tell it from 1: `±3.1%`; empty where that is not known. */
export function resolutionText(control: Ratio | null): string {
  const resolution = resolutionOf(control)
  return resolution === 1 ? '' : `±${figure((resolution - 1) * 100)}%`
}

export function unitText(unit: Measure['unit'], currency: string): string {
  if (unit === '1/s') return 'per second'
  if (unit === 'count') return ''
  return unit === 'money' ? currency : unit
}

/** `2 s`, `30 s`, `7 min`. */
export const timeText = (seconds: number) =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`

/** `a, b and c`. */
export const joined = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
