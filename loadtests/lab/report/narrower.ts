import { disturbancesOf } from '../compare/disturbances.ts'
import type { Result } from '../compare/result.ts'
import { WANTED } from '../compare/stop-rule.ts'
import { relativeWidth } from '../stats/ratio.ts'
import { joined } from './format.ts'
import { primaries } from './headline.ts'

/** What would narrow the intervals, a sentence; empty where the two ratios are known as well as a run aims for, or there is none. */
export function narrowerText(result: Result): string {
  const { cpu, median } = primaries(result)
  if (!cpu?.ratio || !median?.ratio) return ''
  const isKnown = relativeWidth(cpu.ratio) <= WANTED.cpu && relativeWidth(median.ratio) <= WANTED.median
  if (isKnown) return ''
  return `Narrower: ${[...lessNoise(result), longer(result)].join('; ')}.`
}

function lessNoise(result: Result): string[] {
  const { kinds, programs, stolen } = disturbancesOf(result)
  const tooFast = kinds.some(({ kind }) => ['k6-cpu', 'dropped', 'failed'].includes(kind))
  return [
    ...(programs.length > 0 ? [`close other programs (${joined(programs.map(({ name }) => name))})`] : []),
    ...(stolen > 0 ? ['take an hour at which the host of this virtual machine has less to do'] : []),
    ...(tooFast ? [`ask for less, --rate ${Math.max(1, Math.floor(result.options.ratePerSecond / 2))}`] : []),
  ]
}

/** A full run for a quick one, else one of twice the length. */
function longer({ options, ending }: Result): string {
  if (options.quick)
    return 'measure longer, and on several starts of the processes: npm run compare, without --quick'
  if (ending === null || ending.because === 'asked') return 'let it run to its end'
  if (options.blocks !== null) return `take more blocks, --blocks ${options.blocks * 2}`
  return `measure longer, --time ${Math.ceil((options.mostSeconds * 2) / 60)}m`
}
