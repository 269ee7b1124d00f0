import type { Measure } from '../compare/result.ts'
import { relativeWidth } from '../stats/ratio.ts'
import { figure, percent } from './format.ts'

/** A count that is known as well as this is called exact: it is not timed, and the rest is the work that rounds shared. */
const EXACT = 0.005
/** From here on a ratio says in which direction to look, and not much more. */
const ROUGH = 0.25

/** How well a ratio is known: `exact`, `±4 %`, `rough, ±60 %`, `rough, 3× either way`; empty where there is none. */
export function sureText({ ratio, isCount }: Pick<Measure, 'ratio' | 'isCount'>): string {
  if (!ratio) return ''
  const width = relativeWidth(ratio)
  if (isCount && width <= EXACT) return 'exact'
  if (!Number.isFinite(width)) return 'not known'
  if (width >= 1) return `rough, ${figure(1 + width)}× either way`
  return `${width < ROUGH ? '' : 'rough, '}±${percent(width)}`
}
