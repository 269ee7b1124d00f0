import type { Measure, Result } from '../compare/result.ts'
import { LEAST_UNITS } from '../stats/ratio.ts'
import { figure, ratioParts } from './format.ts'
import { does, isAgainst, ratioTitle, subjectOf } from './words.ts'

/** The two rows that carry a verdict: the CPU time of a piece of work, and the median of the first latency. */
export function primaries({ comparison, scenario }: Pick<Result, 'comparison' | 'scenario'>) {
  const find = (id: string) => comparison?.find((it) => it.id === id)
  return { cpu: find('cpu'), median: find(`${scenario.latencies[0]!.id}-p50`) }
}

/** What was found, in a sentence or two, or that nothing was. */
export function headline(result: Result): string {
  if (!result.comparison) return 'This run is not valid: it has no figures to show.'
  const { cpu, median } = primaries(result)
  if (result.arms.length === 1) return alone(result, cpu!, median!)
  return `${cpuSentence(result, cpu!)} ${latencySentence(result, median!)}`
}

function cpuSentence(result: Result, measure: Measure): string {
  const [base, other] = result.arms
  const { unit } = result.scenario
  if (!measure.ratio) return `The CPU time per ${unit} could not be compared.`
  if (measure.verdict === 'cannot tell') {
    const question = isAgainst(result)
      ? `whether ${subjectOf({ ...base!, name: base!.stack })} now ${does(base!, 'spend')} more or less CPU time on each ${unit}`
      : `which stack spends more CPU time on each ${unit}`
    return `This run cannot tell ${question} (${unclear(result, measure.ratio)}).`
  }
  const than = isAgainst(result) ? 'of before' : `of ${subjectOf(base!)}`
  return `For each ${unit}, ${subjectOf(other!)} ${does(other!, 'spend')} ${ratioParts(measure.ratio).value}× the CPU time ${than}${interval(measure.ratio)}.`
}

function latencySentence(result: Result, measure: Measure): string {
  if (!measure.ratio) return ''
  const subject = result.scenario.latencies[0]!.title.toLowerCase()
  if (measure.verdict === 'cannot tell') {
    const question = isAgainst(result)
      ? `whether the median ${subject} rose or fell`
      : `which has the lower median ${subject}`
    return `It cannot tell ${question} (${unclear(result, measure.ratio)}).`
  }
  const [base, other] = result.arms
  const than = isAgainst(result) ? 'that of before' : `that of ${subjectOf(base!)}`
  return `The median ${subject} of ${subjectOf(other!)} is ${ratioParts(measure.ratio).value}× ${than}${interval(measure.ratio)}.`
}

type Found = NonNullable<Measure['ratio']>

function interval(ratio: Found): string {
  const { low, high } = ratioParts(ratio)
  return low && ` (95 % interval ${low} to ${high})`
}

/** An interval on one side of 1 need not be a verdict; without a word, that would look like a mistake. */
function unclear(result: Result, ratio: Found): string {
  const { value, low, high } = ratioParts(ratio)
  const found = `${ratioTitle(result)} ${value}×`
  if (ratio.low === null || ratio.high === null) return found
  const within = `${found}, 95 % interval ${low} to ${high}`
  if (ratio.low <= 1 && ratio.high >= 1) return within
  return ratio.count < LEAST_UNITS
    ? `${within}, from too few ${result.intervalsOver}`
    : `${within}, which is not enough where two ratios are tested`
}

function alone({ arms, scenario }: Result, cpu: Measure, latency: Measure): string {
  const mean = ({ arms }: Measure) => figure(Object.values(arms)[0]!.mean)
  return `The ${arms[0]!.stack} alone: ${mean(cpu)} ms of CPU time for each ${scenario.unit}; ${scenario.latencies[0]!.title.toLowerCase()}, median ${mean(latency)} ms.`
}
