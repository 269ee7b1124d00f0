import { compareRounds } from '../../loadtests/lab/compare/comparison.ts'
import { type Distribution, PERCENTILES } from '../../loadtests/lab/compare/k6-summary.ts'
import { FORMAT, type Result, type Round } from '../../loadtests/lab/compare/result.ts'
import type { StackName } from '../../loadtests/lab/stacks/stack.ts'

/** What a made-up run differs in. */
export type Making = {
  rounds?: number
  stacks?: StackName[]
  /** How far rounds lie from their mean: 0.01 is 1 %. */
  noise?: number
  /** How far a measurement of the monolith lies from the one that controls it. */
  controlNoise?: number
  /** What a stack's Node processes need, in CPU time, times this. */
  cpuTimes?: Partial<Record<StackName, number>>
  latencyTimes?: Partial<Record<StackName, number>>
}

/** Steps away from the mean that add up to none, in an order of their own. */
const STEPS = [0.3, -1.2, 1, -0.7, 0.6]
/** The second list is another order, so that rounds of two runs, or of control and measured, do not go up and down together. */
const OTHER_STEPS = [-0.7, 0.6, 0.3, 1, -1.2]

const PROCESSES: Record<StackName, Record<string, number>> = {
  monolith: { monolith: 2750, PostgreSQL: 2050 },
  services: { gateway: 2100, orders: 4300, inventory: 2400, PostgreSQL: 3200, RabbitMQ: 2600 },
}
const MEDIAN_MS: Record<StackName, number> = { monolith: 2.9, services: 11.6 }
const LATENCIES = [
  { id: 'settled', title: 'Latency to settle' },
  { id: 'accepted', title: 'Latency to accept' },
]
const PRICES = { source: 'An example', currency: 'USD', vcpuHour: 0.04, memoryGiBHour: 0.005 }
const SCENARIO: Result['scenario'] = {
  title: 'Checkout: orders of one to three lines; every second buyer waits until the order has settled',
  work: 'orders',
  unit: 'settled order',
  latencies: LATENCIES,
}

const made = new Map<string, Result>()

/** The result of a valid run whose every figure follows from `making`; both stacks, five rounds, hardly any noise. */
export function madeUpResult(making: Making = {}, changes: Partial<Result> = {}): Result {
  const key = JSON.stringify(making)
  // Its intervals take a second to find.
  const result = made.get(key) ?? make(making)
  made.set(key, result)
  return { ...structuredClone(result), ...changes }
}

function make(making: Making): Result {
  const { rounds: count = 5, stacks: names = ['monolith', 'services'] } = making
  const rounds = Array.from({ length: count }, (_, i) => [
    ...names.map((stack) => madeUpRound(making, stack, i)),
    ...(names.includes('monolith') ? [madeUpRound(making, 'monolith', i, true)] : []),
  ]).flat()
  const options = madeUpOptions(count, names)
  const stacks = names.map((name) => ({ name, processes: Object.keys(PROCESSES[name]), unmeasured: [] }))
  const facts = { options, scenario: SCENARIO, stacks, rounds, prices: PRICES }
  return {
    format: FORMAT,
    project: { name: 'one-shop-twice', version: '0.1.0', commit: 'c0ffee00c0ffee00', dirty: false },
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:14:05.000Z',
    command: 'npm run compare -- --scenario checkout --seed 1',
    machine: {
      cpu: 'Some Processor',
      cores: 4,
      memoryMiB: 16_384,
      os: 'Some System',
      kernel: '6.1',
      architecture: 'x64',
    },
    versions: { node: '24.0.0', k6: '2.2.0', fastify: '5.0.0', postgresql: '18.4', rabbitmq: '3.10.8' },
    environment: {
      description: 'Plain processes on this machine, k6 among them.',
      memoryMeasure: 'PSS',
      catalogue: { products: 400, stockEach: 1_000_000 },
    },
    audit: names.map((stack) => ({
      stack,
      passed: true,
      checks: [{ name: 'I1 as many orders as answers', ok: true, detail: '10 orders, 10 answers' }],
      orders: { confirmed: 10 },
    })),
    fairness: {
      budget: 'fair',
      how: 'CPU affinity: the Node processes of a stack share core 0; all else shares cores 1 to 3.',
      cores: { apps: [0], rest: [1, 2, 3], k6: [1, 2, 3] },
      stacks: stacks.map(({ name, processes }) => ({
        name,
        nodeProcesses: processes.length - 1,
        databaseConnections: 20,
        durability: { fsync: 'on', synchronous_commit: 'on' },
      })),
    },
    blocks: { counted: count, void: 0 },
    verdict: { valid: true, reasons: [] },
    comparison: compareRounds(facts),
    ...facts,
  }
}

/** The result of a run that says nothing, for the reason given. */
export const madeUpInvalid = (reason: string): Result =>
  madeUpResult({}, { verdict: { valid: false, reasons: [reason] }, comparison: null })

const madeUpOptions = (rounds: number, stacks: StackName[]): Result['options'] => ({
  scenario: 'checkout',
  stacks,
  rounds,
  durationSeconds: 30,
  warmUpSeconds: 10,
  ratePerSecond: 60,
  seed: 1,
  quick: false,
  via: 'local',
  tolerate: [],
})

function madeUpRound(making: Making, stack: StackName, index: number, isControl = false): Round {
  const { noise = 0.005, controlNoise = 0.004, cpuTimes = {}, latencyTimes = {} } = making
  const own = 1 + noise * STEPS[index % STEPS.length]!
  const times = isControl ? own * (1 + controlNoise * OTHER_STEPS[index % STEPS.length]!) : own
  const work = 1800
  const cpuOf = (name: string, cpuMs: number) => cpuMs * times * (isNode(name) ? (cpuTimes[stack] ?? 1) : 1)
  const latency = distribution(MEDIAN_MS[stack] * (latencyTimes[stack] ?? 1) * times)
  return {
    round: index + 1,
    position: isControl ? 3 : 1 + Number(stack === 'services'),
    stack,
    isControl,
    seed: 1000 + index,
    startedAt: '2026-01-02T03:04:05.000Z',
    windowSeconds: 30.2,
    otherCpuShare: 0.01,
    work,
    k6CpuShare: 0.1,
    orders: { answered: work, unknown: 0, stored: work },
    load: {
      iterations: work,
      droppedIterations: 0,
      requests: work,
      failedRequests: 0,
      checksPassed: work,
      checksFailed: 0,
      ordersAnswered: work,
      thresholdsCrossed: [],
      latencies: Object.fromEntries(LATENCIES.map(({ id }) => [id, latency])),
      startedLate: distribution(0.2),
      cut: Object.fromEntries(LATENCIES.map(({ id }) => [id, 0])),
    },
    processes: [
      ...Object.entries(PROCESSES[stack]).map(([name, cpuMs]) => usage(name, cpuOf(name, cpuMs), times)),
      usage('k6', 3100, times),
    ],
    costs: Object.keys(PROCESSES[stack])
      .filter(isNode)
      .map((name) => costsOf(name, stack, work)),
    void: [],
  }
}

/** Counts do not differ from round to round. */
const costsOf = (name: string, stack: StackName, work: number) => ({
  name,
  statements: name === 'gateway' ? 0 : 4 * work,
  published: stack === 'monolith' || name === 'gateway' ? 0 : work,
  consumed: stack === 'monolith' || name === 'gateway' ? 0 : work,
  bytes: 5_000 * work,
})

/** Servers are written with a capital. */
const isNode = (name: string) => /^[a-z]/.test(name)

const usage = (name: string, cpuMs: number, times: number) => ({
  name,
  cpuMs,
  memoryMiB: { median: 90 * times, peak: 100 * times },
})

/** A tail as latencies have it. */
function distribution(median: number): Distribution {
  const at = (percentile: number) => median * (0.5 / (1 - percentile / 100)) ** 0.4
  return {
    count: 5_000,
    mean: median * 1.2,
    min: median * 0.5,
    max: at(99.99),
    percentiles: PERCENTILES.map((percentile) => ({ percentile, ms: at(percentile) })),
    hdr: null,
  }
}
