import { sum } from 'simple-statistics'
import { moneyOf, sumOfMoney } from '../cost/money.ts'
import type { PriceSheet } from '../cost/prices.ts'
import type { StackName } from '../stacks/start.ts'
import { geometricInterval, type Interval, meanInterval } from '../stats/interval.ts'
import { pairedRatio, resolutionOf } from '../stats/ratio.ts'
import type { Measure, Result, Round } from './result.ts'
import { countedRounds } from './verdict.ts'

/** What is compared: a name, a unit, and how to read it from one round. */
type Kind = Pick<Measure, 'id' | 'title' | 'unit'> & {
  of(round: Round): number
  /** Whether both stacks have the same by design, so that there is nothing to find. */
  offered?: boolean
}

const BYTES_PER_KIB = 1024

/** Percentiles of each latency in the table. */
const SHOWN = [50, 95, 99]

/** Everything that runs on behalf of the stack, which k6 does not. */
export const LOAD_GENERATOR = 'k6'
export const SERVERS = ['PostgreSQL', 'RabbitMQ']

/**
 * The rows of the comparison: each stack's mean over its rounds, their ratio over rounds that belong together, and that of the
 * monolith to itself. Blocks with a void round do not count.
 */
export function compareRounds({
  rounds,
  scenario,
  stacks,
  options,
  prices,
}: Pick<Result, 'rounds' | 'scenario' | 'stacks' | 'options' | 'prices'>): Measure[] {
  const names = stacks.map(({ name }) => name)
  // In the order of their blocks, so that the n-th of each belong together.
  const counted = countedRounds(rounds).counted.toSorted((a, b) => a.round - b.round)
  const areCounted = counted.every(({ costs }) => costs.length > 0)
  const all = [
    ...kinds(scenario, options.durationSeconds),
    ...(areCounted ? costKinds(scenario) : []),
    moneyKind(scenario, prices),
  ]
  return all.map(({ of, offered = false, ...kind }) => {
    const values = (stack: StackName, isControl = false) =>
      counted.filter((it) => it.stack === stack && it.isControl === isControl).map(of)
    const intervals = names.map((name) => [name, over(values(name))])
    const isCompared = names.length === 2 && !offered
    const control = isCompared ? pairedRatio(values('monolith'), values('monolith', true)) : undefined
    const ratio = isCompared
      ? pairedRatio(values('monolith'), values('services'), resolutionOf(control))
      : undefined
    return {
      ...kind,
      stacks: Object.fromEntries(intervals),
      ratio: ratio ?? null,
      control: control ?? null,
    }
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

/** What is counted, for each piece of work. */
function costKinds({ unit }: Result['scenario']): Kind[] {
  const per = (round: Round, of: (cost: Round['costs'][number]) => number) =>
    sum(round.costs.map(of)) / round.work
  return [
    {
      id: 'statements',
      title: `Database statements per ${unit}`,
      unit: 'count',
      of: (it) => per(it, ({ statements }) => statements),
    },
    {
      id: 'messages',
      title: `Messages published per ${unit}`,
      unit: 'count',
      of: (it) => per(it, ({ published }) => published),
    },
    {
      id: 'bytes',
      title: `Read and written by Node processes per ${unit}`,
      unit: 'KiB',
      of: (it) => per(it, ({ bytes }) => bytes ?? 0) / BYTES_PER_KIB,
    },
  ]
}

/** The price of a million pieces of work. */
const moneyKind = ({ unit }: Result['scenario'], prices: PriceSheet): Kind => ({
  id: 'money',
  title: `Price of a million ${unit}s`,
  unit: 'money',
  of: (round) =>
    sumOfMoney(
      stackProcesses(round).map((used) =>
        moneyOf(used, { windowSeconds: round.windowSeconds, orders: round.work }, prices),
      ),
    ).total,
})

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
