import type { Measure } from '../compare/result.ts'
import type { Interval } from '../stats/interval.ts'
import type { Ratio } from '../stats/ratio.ts'

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

type Bounded = Pick<Ratio, 'value' | 'low' | 'high'>

/** A ratio with its interval, if it has one: `2.43× (2.31–2.55)`. Empty where there is no ratio. */
export function ratioText(ratio: Bounded | null): string {
  if (!ratio) return ''
  const { value, low, high } = ratioParts(ratio)
  return low === '' ? `${value}×` : `${value}× (${low}–${high})`
}

/** A ratio and its bounds, all with as many digits, so that an interval is not rounded onto 1; empty bounds where there are none. */
export function ratioParts({ value, low, high }: Bounded): { value: string; low: string; high: string } {
  const isFine = low !== null && high !== null && high - low < FINE && value < 2
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value < 0.1 || isFine ? 3 : 2
  const text = (it: number | null) =>
    it?.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }) ?? ''
  return { value: text(value), low: text(low), high: text(high) }
}

/** Narrower intervals take a digit more. */
const FINE = 0.04

/** A share: `41 %`, `4 %`, `0.4 %`. */
export const percent = (share: number) =>
  `${share >= 0.01 || share === 0 ? Math.round(share * 100) : Math.max(0.1, share * 100).toFixed(1)} %`

export function unitText(unit: Measure['unit'], currency: string): string {
  if (unit === 'count') return ''
  return unit === 'money' ? currency : unit
}

/** `2 s`, `30 s`, `7 min`. */
export const timeText = (seconds: number) =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`

/** `one block`, `3 blocks`. */
export const howMany = (count: number, what: string) => (count === 1 ? `one ${what}` : `${count} ${what}s`)

/** `a, b and c`. */
export const joined = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
