import { SERVERS } from '../compare/comparison.ts'
import type { Result } from '../compare/result.ts'
import { company } from './company.ts'
import { joined, timeText } from './format.ts'

/** How it was measured, one honest sentence each. */
export function method(result: Result): string[] {
  const { options, stacks, environment } = result
  return [
    rounds(result),
    `k6 starts ${options.ratePerSecond} iterations a second, however slow the answers are (an open model).${stacks.length === 2 ? ' Both stacks get the same iterations in the same order.' : ''}`,
    ...stacks.map(processes),
    ...(stacks.length === 2 ? [NOT_CAPACITY] : []),
    environment.description,
    cpuTime(result),
    memory(environment.memoryMeasure),
    company(result),
    STATISTICS,
    ...stacks.filter(({ unmeasured }) => unmeasured.length > 0).map(unmeasured),
  ]
}

const NOT_CAPACITY =
  'One Node process stands against three, at a rate below what either can take: this compares cost and latency, not capacity.'
const STATISTICS =
  "Figures are geometric means over the rounds, and ratios are those of rounds that belong together. The 95% intervals are Student's, of the logarithms, each for itself. Where an interval holds 1, or with fewer than 3 rounds, the run cannot tell."

function rounds({ options, stacks }: Result): string {
  const { rounds, durationSeconds, warmUpSeconds } = options
  const turns =
    stacks.length === 2
      ? ' for each stack, in turn: the one that goes first in a round goes last in the next'
      : ''
  return `${rounds} rounds${turns}. A round is ${timeText(warmUpSeconds)} of load that is not measured, then ${timeText(durationSeconds)} that are.`
}

function processes({ name, processes }: Result['stacks'][number]): string {
  const apps = processes.filter((it) => !SERVERS.includes(it))
  const servers = processes.filter((it) => SERVERS.includes(it))
  const beside = servers.length > 0 ? `, with ${joined(servers)}` : ''
  if (name === 'monolith') return `The monolith runs as one Node process${beside}.`
  return `The services run as ${apps.length} Node processes (${joined(apps)})${beside}.`
}

function cpuTime({ stacks, scenario }: Result): string {
  const servers = SERVERS.filter((server) => stacks.some(({ processes }) => processes.includes(server)))
  const included = servers.length > 0 ? ` ${joined(servers)} included,` : ''
  return `CPU time is that of all of a stack's processes,${included} k6 not, from before the first request until no order is under way. It is divided by the number of ${scenario.unit}s.`
}

function memory(measure: string): string {
  const sampled = 'Memory is sampled once a second.'
  if (measure === 'PSS') return `${sampled} Pages that processes share are counted in shares (PSS).`
  return `${sampled} Pages that processes share are counted in each of them (RSS), so PostgreSQL's figure is too high.`
}

const unmeasured = ({ name, unmeasured }: Result['stacks'][number]) =>
  `Not measured for ${name}: ${joined(unmeasured)}, which this command did not start.`
