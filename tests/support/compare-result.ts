import { distributionOf } from '../../loadtests/lab/compare/distribution.ts'
import { judge, type Record } from '../../loadtests/lab/compare/judge.ts'
import type { Distribution } from '../../loadtests/lab/compare/k6-summary.ts'
import type { Mark } from '../../loadtests/lab/compare/marks.ts'
import {
  type ArmAudit,
  type Facts,
  FORMAT,
  type Result,
  type Round,
  type Rule,
} from '../../loadtests/lab/compare/result.ts'
import type { StackName } from '../../loadtests/lab/stacks/stack.ts'

/** What a made-up run differs in. */
export type Making = {
  /** A start of the processes each; 5 without it. */
  starts?: number
  /** Blocks of each start; 2 without it. */
  blocksPerStart?: number
  stacks?: StackName[]
  /** One stack against itself, in place of two. */
  against?: string
  /** How far starts lie from their mean, what both sides share left out: 0.01 is 1 %. */
  noise?: number
  /** What an arm's Node processes need, in CPU time, times this; by the arm's name. */
  cpuTimes?: { [arm: string]: number }
  latencyTimes?: { [arm: string]: number }
  /** How many latencies a round has. */
  count?: number
  /** What marks a round, by its block and arm. */
  marks?: (round: { block: number; arm: string; position: number }) => Mark[]
}

/** Steps away from the mean that add up to none, in an order of their own. */
const STEPS = [0.3, -1.2, 1, -0.7, 0.6]
/** Another order, so that both arms do not go up and down together. */
const OTHER_STEPS = [-0.7, 0.6, 0.3, 1, -1.2]

const PROCESSES: { [Name in StackName]: { [process: string]: number } } = {
  monolith: { monolith: 2750, PostgreSQL: 2050 },
  services: { gateway: 2100, orders: 4300, inventory: 2400, PostgreSQL: 3200, RabbitMQ: 2600 },
}
const MEDIAN_MS: { [Name in StackName]: number } = { monolith: 2.9, services: 11.6 }
const LATENCIES = [
  { id: 'settled', title: 'Latency to settle' },
  { id: 'accepted', title: 'Latency to accept' },
]
const WORK = 1800
export const LENIENT: Rule = { strict: false, tolerate: [] }
export const STRICT: Rule = { strict: true, tolerate: [] }
export const CHROME = { share: 0.12, stolen: 0, programs: [{ name: 'chrome', share: 0.11 }] }

/** The result of a run whose every figure follows from `making`; both stacks, five starts of two blocks, hardly any noise. */
export const madeUpResult = (making: Making = {}, changes: Partial<Record> = {}, rule = LENIENT): Result =>
  judge({ ...madeUpRecord(making), ...changes }, rule)

/** The result of a run that says nothing, since the databases do not have what was answered. */
export function madeUpInvalid(reason: string): Result {
  const marks = ({ block, position }: { block: number; position: number }): Mark[] =>
    block === 1 && position === 1 ? [{ kind: 'orders', why: reason }] : []
  return madeUpResult({ starts: 1, marks })
}

/** What such a run measured. */
export function madeUpRecord(making: Making = {}): Record {
  const facts = madeUpFacts(making)
  const { starts = 5, blocksPerStart = 2 } = making
  const rounds = Array.from({ length: starts * blocksPerStart }, (_, i) =>
    orderOf(facts, i + 1).map((arm, place) =>
      madeUpRound(making, {
        arm,
        block: i + 1,
        position: place + 1,
        start: Math.floor(i / blocksPerStart) + 1,
      }),
    ),
  ).flat()
  const audit = Array.from({ length: starts }, (_, i) =>
    facts.arms.map(({ name, stack }) => madeUpAudit(name, stack, i + 1)),
  ).flat()
  const ending = { finishedAt: '2026-01-02T03:14:05.000Z', because: 'time' as const, complaints: [] }
  return { facts, rounds, audit, ending }
}

/** A B B A, or its mirror image. */
function orderOf({ arms }: Facts, block: number): Facts['arms'] {
  const [a, b] = arms
  if (!b) return [a!, a!]
  return block % 2 === 1 ? [a!, b, b, a!] : [b, a!, a!, b]
}

function madeUpFacts({
  stacks = ['monolith', 'services'],
  against,
  starts = 5,
  blocksPerStart = 2,
}: Making): Facts {
  const [stack] = stacks as [StackName]
  const named =
    against === undefined
      ? stacks.map((name) => ({ name: name as string, stack: name, commit: null }))
      : [
          { name: 'before', stack, commit: 'beefbeefbeefbeef' },
          { name: 'now', stack, commit: null },
        ]
  const arms = named.map((arm) => ({ ...arm, processes: Object.keys(PROCESSES[arm.stack]), unmeasured: [] }))
  return {
    format: FORMAT,
    project: { name: 'one-shop-twice', version: '0.1.0', commit: 'c0ffee00c0ffee00', dirty: false },
    startedAt: '2026-01-02T03:04:05.000Z',
    command: 'npm run compare -- --scenario checkout --seed 1',
    options: {
      scenario: 'checkout',
      stacks: against === undefined ? stacks : [stack],
      against: against ?? null,
      blocks: null,
      mostSeconds: 900,
      leadSeconds: 2,
      durationSeconds: 8,
      blocksPerStart: starts === 1 ? null : blocksPerStart,
      ratePerSecond: 60,
      isRateGiven: false,
      seed: 1,
      orderSeed: 7,
      quick: starts === 1,
      via: 'local',
    },
    rateTries: arms.map(({ name }) => ({
      ratePerSecond: 60,
      arm: name,
      budgetShare: 0.3,
      k6CpuShare: 0.1,
      lateMs: 0.2,
      droppedIterations: 0,
      fits: true,
    })),
    fairness: {
      budget: 'fair',
      how: 'CPU affinity: the Node processes of a stack share core 0; all else shares cores 1 to 3.',
      cores: { apps: [0], rest: [1, 2, 3], k6: [1, 2, 3], idle: [] },
      arms: arms.map(({ name, processes }) => ({
        name,
        nodeProcesses: processes.filter(isNode).length,
        databaseConnections: 20,
        durability: { fsync: 'on', synchronous_commit: 'on' },
      })),
    },
    scenario: {
      title: 'Checkout: orders of one to three lines; every second buyer waits until the order has settled',
      work: 'orders',
      unit: 'settled order',
      latencies: LATENCIES,
    },
    prices: { source: 'An example.', currency: 'USD', vcpuHour: 0.04, memoryGiBHour: 0.005 },
    machine: {
      cpu: 'Some Processor',
      cores: 4,
      threadsPerCore: 1,
      governor: null,
      memoryMiB: 16_384,
      os: 'Some System',
      kernel: '6.1',
      architecture: 'x64',
    },
    versions: { node: '24.0.0', k6: '2.2.0', fastify: '5.0.0', postgresql: '18.4', rabbitmq: '3.10.8' },
    environment: {
      description: 'Plain processes on this machine, k6 among them.',
      catalogue: { products: 400, stockEach: 1_000_000 },
      passedOn: [],
      ignored: ['NODE_OPTIONS'],
    },
    arms,
  }
}

const madeUpAudit = (arm: string, stack: StackName, start: number): ArmAudit => ({
  arm,
  start,
  stack,
  passed: true,
  checks: [
    { name: 'I1 as many orders as answers', ok: true, detail: '10 orders, 10 answers' },
    { name: 'I2 stock adds up', ok: true, detail: '400 products' },
  ],
  orders: { confirmed: 10 },
})

type Place = Pick<Round, 'block' | 'position' | 'start'> & { arm: Facts['arms'][number] }

function madeUpRound(making: Making, { arm: { name, stack }, block, position, start }: Place): Round {
  const { noise = 0.005, cpuTimes = {}, latencyTimes = {}, count = 150, marks } = making
  const isFirst = name === 'before' || (name === 'monolith' && making.against === undefined)
  const step = (isFirst ? STEPS : OTHER_STEPS)[(start + block) % STEPS.length]!
  // Of two rounds in a block one lies as far above as the other below.
  const times = (1 + noise * step) * (position <= 2 ? 1 + noise / 2 : 1 - noise / 2)
  const cpuOf = (process: string, cpuMs: number) =>
    cpuMs * times * (isNode(process) ? (cpuTimes[name] ?? 1) : 1)
  const latency = tail(MEDIAN_MS[stack] * (latencyTimes[name] ?? 1) * times, count)
  const found = marks?.({ block, arm: name, position }) ?? []
  return {
    block,
    position,
    start,
    arm: name,
    stack,
    seed: 1000 + block,
    startedAt: '2026-01-02T03:04:05.000Z',
    windowSeconds: 30.2,
    company: found.some(({ kind }) => kind === 'company') ? CHROME : { share: 0.01, stolen: 0, programs: [] },
    work: WORK,
    k6CpuShare: 0.1,
    orders: { answered: WORK, unknown: 0, stored: WORK },
    load: {
      iterations: WORK,
      droppedIterations: 0,
      requests: WORK,
      failedRequests: 0,
      checksPassed: WORK,
      checksFailed: 0,
      ordersAnswered: WORK,
      thresholdsCrossed: [],
      latencies: Object.fromEntries(LATENCIES.map(({ id }) => [id, latency])),
      startedLate: tail(0.2, 10),
      unsteady: [],
    },
    processes: [
      ...Object.entries(PROCESSES[stack]).map(([process, cpuMs]) =>
        usage(process, cpuOf(process, cpuMs), times),
      ),
      usage('k6', 3100, times),
    ],
    memoryMeasure: 'PSS',
    costs: Object.keys(PROCESSES[stack])
      .filter(isNode)
      .map((process) => costsOf(process, stack)),
    marks: found,
  }
}

/** Counts do not differ from round to round. */
const costsOf = (name: string, stack: StackName) => ({
  name,
  statements: name === 'gateway' ? 0 : 4 * WORK,
  published: stack === 'monolith' || name === 'gateway' ? 0 : WORK,
  consumed: stack === 'monolith' || name === 'gateway' ? 0 : WORK,
  bytes: 5_000 * WORK,
})

/** Servers are written with a capital. */
const isNode = (name: string) => /^[a-z]/.test(name)

const usage = (name: string, cpuMs: number, times: number) => ({
  name,
  cpuMs,
  memoryMiB: { median: 90 * times, peak: 100 * times },
})

const made = new Map<string, Distribution>()

/** Latencies with a tail as they have it. */
function tail(median: number, count: number): Distribution {
  const key = `${median} ${count}`
  const values = Array.from({ length: count }, (_, i) => median * (0.5 / (1 - (i + 0.5) / count)) ** 0.4)
  const distribution = made.get(key) ?? distributionOf(values)
  made.set(key, distribution)
  return distribution
}
