import { SERVERS } from '../compare/measures.ts'
import type { Ending, Result } from '../compare/result.ts'
import { WANTED } from '../compare/stop-rule.ts'
import { howMany, joined, percent, timeText } from './format.ts'
import { orderText } from './opening.ts'
import { capital, subjectOf } from './words.ts'

/** How it was measured, one honest sentence each. */
export function method(result: Result): string[] {
  const { options, arms, environment } = result
  const isPair = arms.length === 2
  return [
    `${orderText(result)} A round is ${timeText(options.leadSeconds)} of load whose latencies do not count, then ${timeText(options.durationSeconds)} whose do.`,
    ...starts(result),
    ...whyOver(result),
    `k6 starts ${options.ratePerSecond} iterations a second, however slow the answers are (an open model).${isPair ? ' All rounds of a block get the same iterations in the same order.' : ''}`,
    ...arms.map(processes),
    result.fairness.how,
    ...(isPair ? [NOT_CAPACITY] : []),
    environment.description,
    cpuTime(result),
    memory(memoryMeasures(result)),
    COUNTED,
    `Prices: ${result.prices.vcpuHour} ${result.prices.currency} for an hour of a processor, ${result.prices.memoryGiBHour} for an hour of a GiB (loadtests/prices.json). ${result.prices.source}`,
    LATENCY,
    ...(isPair ? [statistics(result), VERDICTS] : []),
    ...arms.filter(({ unmeasured }) => unmeasured.length > 0).map(unmeasured),
  ]
}

const NOT_CAPACITY =
  'The rate is below what either can take: this compares latency and cost at that rate, not capacity (npm run capacity does).'
const VERDICTS =
  'Two ratios are tested, that of CPU time and that of the median of the first latency, and both together: where nothing differs, one run in twenty says that something does (Holm). No other row is tested: of so many intervals, some miss by chance.'
const COUNTED =
  'Statements and messages are counted by the processes themselves. Bytes are all that the Node processes read and write, so what one of them sends to another counts twice.'
const LATENCY =
  'Latencies count from the moment at which the request was due. Percentiles are those of all requests of a block, or of a start, together.'

function statistics({ intervalsOver, units }: Result): string {
  const over =
    intervalsOver === 'starts'
      ? 'of the processes, since figures of blocks on one start are alike for more reasons than that the code is the same'
      : ''
  const taken = `A ratio is taken within each of ${howMany(units, intervalsOver.slice(0, -1))} ${over}`.trim()
  return `${taken}. What is shown is their geometric mean, with a 95 % interval by Student's t of their logarithms.`
}

const starts = ({ options, rounds }: Result): string[] =>
  options.blocksPerStart === null
    ? ['All blocks ran on one start of the processes.']
    : [
        `After every ${howMany(options.blocksPerStart, 'block').replace('one ', '')} the processes were started anew on fresh databases, ${howMany(new Set(rounds.map(({ start }) => start)).size, 'start')} in all.`,
      ]

const BECAUSE: Record<Ending['because'], string> = {
  known: `the CPU ratio was known to ${percent(WANTED.cpu)} and that of the median to ${percent(WANTED.median)}`,
  blocks: 'it had as many blocks as were asked for',
  time: 'its time was over',
  asked: 'somebody ended it',
}

const whyOver = ({ ending }: Result): string[] =>
  ending ? [`It ended because ${BECAUSE[ending.because]}.`] : []

function processes(arm: Result['arms'][number]): string {
  const apps = arm.processes.filter((it) => !SERVERS.includes(it))
  const servers = arm.processes.filter((it) => SERVERS.includes(it))
  const beside = servers.length > 0 ? `, with ${joined(servers)}` : ''
  const subject = capital(subjectOf(arm))
  if (arm.stack === 'monolith') return `${subject} runs as one Node process${beside}.`
  return `${subject} run as ${apps.length} Node processes (${joined(apps)})${beside}.`
}

function cpuTime({ arms, scenario }: Result): string {
  const servers = SERVERS.filter((server) => arms.some(({ processes }) => processes.includes(server)))
  const included = servers.length > 0 ? ` ${joined(servers)} included,` : ''
  return `CPU time is that of all of a stack's processes,${included} k6 not, from before the first request until no order is under way. It is divided by the number of ${scenario.unit}s.`
}

const memoryMeasures = ({ rounds }: Result) => {
  const found = new Set(rounds.map(({ memoryMeasure }) => memoryMeasure))
  return found.size > 1 ? 'mixed' : [...found][0]
}

function memory(measure: string | undefined): string {
  const sampled = 'Memory is sampled while the load runs.'
  if (measure === 'PSS') return `${sampled} Pages that processes share are counted in shares (PSS).`
  if (measure === 'mixed')
    return `${sampled} Pages that processes share are counted in shares (PSS), but in each of them (RSS) where they belong to another user, as those of a container.`
  return `${sampled} Pages that processes share are counted in each of them (RSS), so PostgreSQL's figure is too high.`
}

const unmeasured = ({ name, unmeasured }: Result['arms'][number]) =>
  `Not measured for ${name}: ${joined(unmeasured)}, which this command did not start.`
