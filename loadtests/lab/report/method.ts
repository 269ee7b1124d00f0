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
    result.fairness.how,
    ...(stacks.length === 2 ? [NOT_CAPACITY] : []),
    environment.description,
    cpuTime(result),
    memory(environment.memoryMeasure),
    COUNTED,
    `Prices: ${result.prices.vcpuHour} ${result.prices.currency} for an hour of a processor, ${result.prices.memoryGiBHour} for an hour of a GiB (loadtests/prices.json). ${result.prices.source}`,
    company(result),
    LATENCY,
    VOID,
    STATISTICS,
    ...stacks.filter(({ unmeasured }) => unmeasured.length > 0).map(unmeasured),
  ]
}

const NOT_CAPACITY =
  'The rate is below what either stack can take: this compares latency and cost at that rate, not capacity (npm run capacity does).'
const STATISTICS =
  'Figures are geometric means over the blocks that count, and ratios are those of rounds of one block. Intervals are 95% bootstrap intervals over blocks (expanded percentile), each for itself. The run can tell a ratio from 1 when its whole interval lies on one side, and it is farther from 1 than the interval of the monolith against itself reaches (A/A).'
const COUNTED =
  'Statements and messages are counted by the processes themselves. Bytes are all that the Node processes read and write, so what one of them sends to another counts twice.'
const LATENCY =
  'Latencies count from the moment at which the request was due. The front of each is cut where MSER-5 finds that it became steady; a round that did not is void.'
const VOID =
  'A round is void when k6 dropped iterations, was short of CPU or late, when requests failed, when k6 and the database do not agree on the orders, when something else had more than 5% of the CPU, when the CPU budget was broken, or when it did not become steady. Its block does not count, and is measured anew at the end.'

function rounds({ options, stacks }: Result): string {
  const { rounds, durationSeconds, warmUpSeconds } = options
  const arms =
    stacks.length === 2 ? ': each stack, and the monolith once more, in random order' : ', of one round'
  return `${rounds} blocks${arms}. A round is ${timeText(warmUpSeconds)} of load that is not measured, then ${timeText(durationSeconds)} that are.`
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
  if (measure === 'mixed')
    return `${sampled} Pages that processes share are counted in shares (PSS), but in each of them (RSS) where they belong to another user, as those of a container.`
  return `${sampled} Pages that processes share are counted in each of them (RSS), so PostgreSQL's figure is too high.`
}

const unmeasured = ({ name, unmeasured }: Result['stacks'][number]) =>
  `Not measured for ${name}: ${joined(unmeasured)}, which this command did not start.`
