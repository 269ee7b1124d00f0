import type { Measure, Result } from '../compare/result.ts'
import { figure, joined, resolutionText, times } from './format.ts'

/** What a valid run of both stacks came to, for readers who know no percentile; one sentence each. */
export function summary({ comparison, scenario, options, blocks }: Result): string[] {
  const find = (id: string) => comparison?.find((it) => it.id === id)
  const [cpu, memory] = [find('cpu'), find('memory')]
  if (!cpu?.ratio || !memory?.ratio) return []
  const [latency] = scenario.latencies
  const median = find(`${latency!.id}-p50`)
  return [
    `${cost(cpu, scenario.unit)} ${difference(find, cpu)}`,
    ...(median ? [wait(median)] : []),
    `The services hold ${figure(memory.stacks.services!.mean)} MiB of memory, the monolith ${figure(memory.stacks.monolith!.mean)} MiB, most of it before any work.`,
    `All of it at ${options.ratePerSecond} arrivals a second, in ${blocks.counted} blocks; this machine can tell CPU time to ${resolutionText(cpu.control) || 'an unknown share'}.`,
  ]
}

function cost({ stacks, ratio }: Measure, unit: string): string {
  const [monolith, services] = [figure(stacks.monolith!.mean), figure(stacks.services!.mean)]
  const both = `A ${unit} takes ${services} ms of processor time in the services and ${monolith} ms in the monolith`
  return ratio!.verdict === 'cannot tell'
    ? `${both}: too near to tell apart.`
    : `${both}: a bill for computing that is ${times(ratio!.value)} as high, if computing is all that is paid for.`
}

/** Who of a stack's parts the difference goes to. */
function difference(find: (id: string) => Measure | undefined, cpu: Measure): string {
  const gap = (it: Measure) => it.stacks.services!.mean - it.stacks.monolith!.mean
  if (cpu.ratio!.verdict !== 'higher') return ''
  const parts = (['cpu-apps', 'cpu-rabbitmq', 'cpu-postgresql'] as const).flatMap((id) => {
    const part = find(id)
    return part ? [`${Math.round((gap(part) / gap(cpu)) * 100)}% to ${WORDS[id]}`] : []
  })
  return `The difference goes ${joined(parts)}.`
}

const WORDS = {
  'cpu-apps': 'Node processes, which talk to each other',
  'cpu-rabbitmq': 'the broker between them',
  'cpu-postgresql': 'the databases, which remember what was said',
}

function wait({ stacks, title }: Measure): string {
  const what = title.replace(', p50', '').replace('Latency', 'Half of the buyers wait less than this')
  return `${what}: ${figure(stacks.monolith!.mean)} ms in the monolith, ${figure(stacks.services!.mean)} ms in the services.`
}
