import type { Measure, Result } from '../compare/result.ts'
import { LEAST_ROUNDS } from '../stats/ratio.ts'
import { bounds, figure, times } from './format.ts'

/** What was found, in a sentence or two, or that nothing was. */
export function headline(result: Result): string {
  const { comparison, stacks, scenario, options } = result
  if (!comparison) return 'This run is not valid, and says nothing about either stack.'
  const latency = scenario.latencies[0]!
  const find = (id: string) => comparison.find((it) => it.id === id)!
  const [cpu, median] = [find('cpu'), find(`${latency.id}-p50`)]
  if (stacks.length === 1) return alone(stacks[0]!.name, cpu, median, scenario)
  if (options.rounds < LEAST_ROUNDS) return tooFew(options.rounds)
  return `${cpuSentence(cpu, scenario.unit)} ${latencySentence(median, latency.title)}`
}

const tooFew = (rounds: number) =>
  `${rounds === 1 ? 'One round is' : `${rounds} rounds are`} too few to tell the stacks apart: take ${LEAST_ROUNDS} or more.`

function cpuSentence({ ratio }: Measure, unit: string): string {
  if (!ratio) return `The CPU time per ${unit} could not be compared.`
  const range = bounds(ratio) && ` (95% interval ${bounds(ratio)})`
  if (ratio.verdict === 'cannot tell')
    return `This run cannot tell which stack spends more CPU time on each ${unit}${range}.`
  return `For each ${unit}, the services spend ${times(ratio.value)} the CPU time of the monolith${range}.`
}

function latencySentence({ ratio }: Measure, title: string): string {
  if (!ratio) return ''
  const range = bounds(ratio) && ` (${bounds(ratio)})`
  const subject = title.toLowerCase()
  if (ratio.verdict === 'cannot tell')
    return `The run cannot tell which has the lower median ${subject}${range}.`
  return `Their median ${subject} is ${times(ratio.value)} the monolith's${range}.`
}

function alone(stack: string, cpu: Measure, latency: Measure, { unit }: Result['scenario']): string {
  const mean = ({ stacks }: Measure) => figure(Object.values(stacks)[0]!.mean)
  return `The ${stack} alone: ${mean(cpu)} ms of CPU time for each ${unit}; ${latency.title.replace(', p50', '').toLowerCase()}, median ${mean(latency)} ms.`
}
