import type { Measure, Result } from '../compare/result.ts'
import { figure, joined, percent, times } from './format.ts'
import { primaries } from './headline.ts'
import { rateText } from './opening.ts'
import { isAgainst } from './words.ts'

/** What a valid run of both stacks came to, for readers who know no percentile; one sentence each. */
export function summary(result: Result): string[] {
  const { comparison, scenario } = result
  const find = (id: string) => comparison?.find((it) => it.id === id)
  const { cpu, median } = primaries(result)
  const memory = find('memory')
  if (!cpu?.ratio || !median || !memory?.ratio || isAgainst(result)) return []
  return [
    `${cost(cpu, scenario.unit)} ${difference(find, cpu)}`.trim(),
    wait(median),
    `The services hold ${figure(memory.arms.services!.mean)} MiB of memory, the monolith ${figure(memory.arms.monolith!.mean)} MiB, most of it before any work.`,
    `All of it at ${rateText(result)}: another rate has other ratios.`,
  ]
}

function cost({ arms, ratio, verdict }: Measure, unit: string): string {
  const [monolith, services] = [figure(arms.monolith!.mean), figure(arms.services!.mean)]
  const both = `A ${unit} takes ${services} ms of processor time in the services and ${monolith} ms in the monolith`
  return verdict === 'cannot tell'
    ? `${both}: too near to tell apart.`
    : `${both}: a bill for computing that is ${times(ratio!.value)} as high, if computing is all that is paid for.`
}

/** Who of a stack's parts the difference goes to. */
function difference(find: (id: string) => Measure | undefined, cpu: Measure): string {
  const gap = (it: Measure) => it.arms.services!.mean - it.arms.monolith!.mean
  if (cpu.verdict !== 'higher') return ''
  const parts = (['cpu-apps', 'cpu-rabbitmq', 'cpu-postgresql'] as const).flatMap((id) => {
    const part = find(id)
    return part ? [`${percent(gap(part) / gap(cpu))} to ${WORDS[id]}`] : []
  })
  return `The difference goes ${joined(parts)}.`
}

const WORDS = {
  'cpu-apps': 'Node processes, which talk to each other',
  'cpu-rabbitmq': 'the broker between them',
  'cpu-postgresql': 'the databases, which remember what was said',
}

function wait({ arms, title }: Measure): string {
  const what = title.replace(', p50', '').replace('Latency', 'Half of the buyers wait less than this')
  return `${what}: ${figure(arms.monolith!.mean)} ms in the monolith, ${figure(arms.services!.mean)} ms in the services.`
}
