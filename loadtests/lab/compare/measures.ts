import { mean, sum } from 'simple-statistics'
import { moneyOf, sumOfMoney } from '../cost/money.ts'
import type { PriceSheet } from '../cost/prices.ts'
import { mergeDistributions, percentileOf } from './distribution.ts'
import type { Distribution } from './k6-summary.ts'
import type { Facts, Measure, Round } from './result.ts'

/** What is compared: a name, a unit, and how to read it from some rounds of one arm together. */
export type Kind = Pick<Measure, 'id' | 'title' | 'unit' | 'partOf' | 'isCount'> & {
  of(rounds: Round[]): number
  /** One of the two whose ratio is tested. */
  isPrimary?: boolean
  /** How many values lie beyond a percentile. */
  beyond?(rounds: Round[]): number
}

const BYTES_PER_KIB = 1024

/** Percentiles of each latency in the table. */
const SHOWN = [50, 95, 99]

/** Everything that runs on behalf of the stack, which k6 does not. */
export const LOAD_GENERATOR = 'k6'
export const SERVERS = ['PostgreSQL', 'RabbitMQ']

/** All rows of a comparison, in their order. @param areCounted whether statements, messages and bytes are known */
export function kindsOf(
  { scenario, prices }: Pick<Facts, 'scenario' | 'prices'>,
  areCounted: boolean,
): Kind[] {
  const { unit } = scenario
  return [
    ...scenario.latencies.flatMap((latency, i) => latencyKinds(latency, i === 0)),
    ...cpuKinds(unit),
    { ...plain, id: 'memory', title: 'Memory, median', unit: 'MiB', of: (it) => memory(it, 'median') },
    { ...plain, id: 'memory-peak', title: 'Memory, peak', unit: 'MiB', of: (it) => memory(it, 'peak') },
    ...(areCounted ? countKinds(unit) : []),
    moneyKind(unit, prices),
  ]
}

const plain = { partOf: null, isCount: false }

function latencyKinds({ id, title }: Facts['scenario']['latencies'][number], isFirst: boolean): Kind[] {
  // Adding histograms up is most of the time that judging takes, and each sum is asked for several times.
  const known = new Map<string, Distribution>()
  const whole = (rounds: Round[]): Distribution => {
    const key = rounds.map(({ block, position }) => `${block}.${position}`).join(' ')
    const distribution = known.get(key) ?? latencyOf(rounds, id)
    known.set(key, distribution)
    return distribution
  }
  return SHOWN.map((percentile) => ({
    ...plain,
    id: `${id}-p${percentile}`,
    title: `${title}, p${percentile}`,
    unit: 'ms',
    of: (rounds) => percentileOf(whole(rounds), percentile),
    beyond: (rounds) => whole(rounds).count * (1 - percentile / 100),
    isPrimary: isFirst && percentile === 50,
  }))
}

/** The whole distribution of a latency over some rounds. @param id of the latency */
export const latencyOf = (rounds: Round[], id: string) =>
  mergeDistributions(rounds.map(({ load }) => load.latencies[id]!))

function cpuKinds(unit: string): Kind[] {
  const part = (id: string, title: string, matches: (name: string) => boolean): Kind => ({
    ...{ id, title, unit: 'ms', partOf: 'cpu', isCount: false },
    of: (it) => cpuPerWork(it, matches),
  })
  return [
    {
      ...plain,
      id: 'cpu',
      title: `CPU time per ${unit}`,
      unit: 'ms',
      of: (it) => cpuPerWork(it, () => true),
      isPrimary: true,
    },
    part('cpu-apps', 'Node processes', (name) => !SERVERS.includes(name)),
    part('cpu-postgresql', 'PostgreSQL', (name) => name === 'PostgreSQL'),
    part('cpu-rabbitmq', 'RabbitMQ', (name) => name === 'RabbitMQ'),
  ]
}

/** What is counted, for each piece of work. */
function countKinds(unit: string): Kind[] {
  const per = (rounds: Round[], of: (cost: Round['costs'][number]) => number) =>
    sum(rounds.flatMap(({ costs }) => costs.map(of))) / workOf(rounds)
  const counted = { partOf: null, isCount: true }
  return [
    {
      ...counted,
      id: 'statements',
      title: `Database statements per ${unit}`,
      unit: 'count',
      of: (it) => per(it, ({ statements }) => statements),
    },
    {
      ...counted,
      id: 'messages',
      title: `Messages published per ${unit}`,
      unit: 'count',
      of: (it) => per(it, ({ published }) => published),
    },
    {
      ...counted,
      id: 'bytes',
      title: `Bytes through Node per ${unit}`,
      unit: 'KiB',
      of: (it) => per(it, ({ bytes }) => bytes ?? 0) / BYTES_PER_KIB,
    },
  ]
}

/** The price of a million pieces of work. */
const moneyKind = (unit: string, prices: PriceSheet): Kind => ({
  ...plain,
  id: 'money',
  title: `Price of a million ${unit}s`,
  unit: 'money',
  of: (rounds) =>
    mean(
      rounds.map((round) => {
        const used = stackProcesses(round)
        const window = { windowSeconds: round.windowSeconds, orders: round.work }
        return sumOfMoney(used.map((it) => moneyOf(it, window, prices))).total
      }),
    ),
})

const workOf = (rounds: Round[]) => sum(rounds.map(({ work }) => work))

/** CPU time per piece of work, in milliseconds, of the stack's processes that match. */
export const cpuPerWork = (rounds: Round[], matches: (name: string) => boolean): number =>
  sum(
    rounds
      .flatMap(stackProcesses)
      .filter(({ name }) => matches(name))
      .map(({ cpuMs }) => cpuMs),
  ) / workOf(rounds)

/** The sum over the stack's processes, mean over rounds; for the peak, of each one's own peak. */
const memory = (rounds: Round[], which: 'median' | 'peak') =>
  mean(rounds.map((round) => sum(stackProcesses(round).map(({ memoryMiB }) => memoryMiB[which]))))

const stackProcesses = ({ processes }: Round) => processes.filter(({ name }) => name !== LOAD_GENERATOR)
