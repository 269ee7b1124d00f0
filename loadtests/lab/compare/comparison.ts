import { sum } from 'simple-statistics'
import type { StackName } from '../stacks/start.ts'
import { geometricInterval, type Interval, meanInterval } from '../stats/interval.ts'
import { pairedRatio } from '../stats/ratio.ts'
import type { Measure, Result, Round } from './result.ts'

/** What is compared: a name, a unit, and how to read it from one round. */
type Kind = Pick<Measure, 'id' | 'title' | 'unit'> & {
  of(round: Round): number
  /** Whether both stacks have the same by design, so that there is nothing to find. */
  offered?: boolean
}

/** Percentiles of each latency in the table. */
const SHOWN = [50, 95, 99]

/** Everything that runs on behalf of the stack, which k6 does not. */
export const LOAD_GENERATOR = 'k6'
export const SERVERS = ['PostgreSQL', 'RabbitMQ']

/** The rows of the comparison: each stack's mean over its rounds, and their ratio over rounds that belong together. */
export function compareRounds({
  rounds,
  scenario,
  stacks,
  options,
}: Pick<Result, 'rounds' | 'scenario' | 'stacks' | 'options'>): Measure[] {
  const names = stacks.map(({ name }) => name)
  return kinds(scenario, options.durationSeconds).map(({ of, offered = false, ...kind }) => {
    const values = (stack: StackName) => rounds.filter((it) => it.stack === stack).map(of)
    const intervals = names.map((name) => [name, over(values(name))])
    const ratio =
      names.length === 2 && !offered ? pairedRatio(values('monolith'), values('services')) : undefined
    return { ...kind, stacks: Object.fromEntries(intervals), ratio: ratio ?? null }
  })
}

function kinds({ latencies, unit }: Result['scenario'], seconds: number): Kind[] {
  const latency = latencies.flatMap(({ id, title }) =>
    SHOWN.map((percentile) => ({
      id: `${id}-p${percentile}`,
      title: `${title}, p${percentile}`,
      unit: 'ms' as const,
      of: (round: Round) => percentileOf(round, id, percentile),
    })),
  )
  return [
    ...latency,
    { id: 'cpu', title: `CPU time per ${unit}`, unit: 'ms', of: (it) => cpu(it, () => true) },
    { id: 'cpu-apps', title: 'of it, Node processes', unit: 'ms', of: (it) => cpu(it, isApp) },
    {
      id: 'cpu-postgresql',
      title: 'of it, PostgreSQL',
      unit: 'ms',
      of: (it) => cpu(it, (name) => name === 'PostgreSQL'),
    },
    {
      id: 'cpu-rabbitmq',
      title: 'of it, RabbitMQ',
      unit: 'ms',
      of: (it) => cpu(it, (name) => name === 'RabbitMQ'),
    },
    { id: 'memory', title: 'Memory, median', unit: 'MiB', of: (it) => memory(it, 'median') },
    { id: 'memory-peak', title: 'Memory, peak', unit: 'MiB', of: (it) => memory(it, 'peak') },
    {
      id: 'throughput',
      title: `${unit[0]!.toUpperCase()}${unit.slice(1)}s`,
      unit: '1/s',
      of: (it) => it.work / seconds,
      offered: true,
    },
  ]
}

/** Of zeros there is no geometric mean: a stack without RabbitMQ spends none of its time there. */
const over = (values: number[]): Interval =>
  values.every((value) => value > 0) ? geometricInterval(values) : meanInterval(values)

const isApp = (name: string) => !SERVERS.includes(name)

export const percentileOf = (round: Round, latency: string, percentile: number) =>
  round.load.latencies[latency]!.percentiles.find((it) => it.percentile === percentile)!.ms

/** CPU time per piece of work, in milliseconds, of the stack's processes that match. */
const cpu = (round: Round, matches: (name: string) => boolean) =>
  sum(
    stackProcesses(round)
      .filter(({ name }) => matches(name))
      .map(({ cpuMs }) => cpuMs),
  ) / round.work

/** The sum over the stack's processes; for the peak, of each one's own peak. */
const memory = (round: Round, which: 'median' | 'peak') =>
  sum(stackProcesses(round).map(({ memoryMiB }) => memoryMiB[which]))

const stackProcesses = ({ processes }: Round) => processes.filter(({ name }) => name !== LOAD_GENERATOR)
