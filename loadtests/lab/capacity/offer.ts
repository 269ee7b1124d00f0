import { sum } from 'simple-statistics'
import { type Budget, breaches } from '../budget/budget.ts'
import type { Target } from '../compare/backend.ts'
import { runK6 } from '../compare/k6-run.ts'
import type { Distribution, LoadFigures } from '../compare/k6-summary.ts'
import { LOAD_GENERATOR, SERVERS } from '../compare/measures.ts'
import { scenarios } from '../compare/scenarios.ts'
import type { Usage } from '../sample/sampler.ts'
import { type Laboratory, openWindow } from '../sample/window.ts'
import { type DisturbanceKind, disturbancesOf } from './disturbances.ts'
import { failuresOf } from './failures.ts'
import { voidsOf } from './judge.ts'
import type { Latency, Objective, Phase, Probe } from './probe.ts'

/** What is asked of a stack to measure its capacity. */
export type Loadable = Pick<Target, 'url' | 'shares' | 'startSampling' | 'untilAtRest'> & {
  name: string
  /** How many orders have settled since the stack began. */
  countOrders(): Promise<{ settled: number }>
}

/** What to offer a stack, and where. */
export type ProbePlan = {
  phase: Phase
  ratePerSecond: number
  seconds: number
  seed: number
  /** AUTH_SECRET of the stack. */
  secret: string
  objective: Objective
  /** For k6's log and summary. */
  dir: string
  /** All that is no company. */
  laboratory: Laboratory
  /** What the stack and this process, so k6, were put on. */
  budget: Budget
  /** What is not to make a probe void. */
  tolerate?: DisturbanceKind[]
}

const checkout = scenarios.find(({ name }) => name === 'checkout')!
const LATE = { id: 'late', title: 'Start after it was due', metric: 'started_late_ms' }
/** Without what k6 was late by. */
const ANSWER = { id: 'answer', title: 'Latency of any answer', metric: 'http_req_duration' }
/** Seconds before the measured ones, in which each of k6's users is used for the first time. */
const LEAD_SECONDS = 2
const scenario = { ...checkout, latencies: [...checkout.latencies, LATE, ANSWER] }

/** Offers a stack orders at a fixed rate, however slow it answers, and judges what it made of them. */
export async function offerOrders(stack: Loadable, plan: ProbePlan): Promise<Probe> {
  const { phase, ratePerSecond, seconds, seed, secret, objective, dir, laboratory, budget, tolerate } = plan
  await stack.untilAtRest()
  const before = await stack.countOrders()
  const startedAt = new Date()
  const closeWindow = openWindow(laboratory)
  const sampler = stack.startSampling()
  const loadedSeconds = LEAD_SECONDS + seconds
  const load = { scenario, url: stack.url, secret, rate: ratePerSecond, seed }
  const figures = await runK6({ ...load, lead: LEAD_SECONDS, seconds: loadedSeconds }, dir, (pid) =>
    sampler.addChild({ name: LOAD_GENERATOR, pid }),
  )
  await stack.untilAtRest()
  const usage = sampler.stop()
  const { company } = closeWindow()
  const settledSince = (await stack.countOrders()).settled - before.settled

  const spentMs = {
    apps: cpuMs(usage, isApp),
    servers: cpuMs(usage, isServer),
    k6: cpuMs(usage, isK6),
  }
  const seen = {
    ...seenBy(figures, settledSince),
    k6CpuShare: spentMs.k6 / (loadedSeconds * 1000) / coresOfK6(budget),
    company,
  }
  const findings = {
    failures: failuresOf(seen, objective),
    disturbances: disturbancesOf(seen, stack.shares ? await breaches(budget, stack.shares) : [], objective),
  }
  return {
    stack: stack.name,
    phase,
    ratePerSecond,
    seconds,
    seed,
    startedAt: startedAt.toISOString(),
    ...seen,
    cores: {
      apps: spentMs.apps / 1000 / loadedSeconds,
      servers: spentMs.servers / 1000 / loadedSeconds,
      k6: spentMs.k6 / 1000 / loadedSeconds,
    },
    cpuMsPerOrder:
      settledSince > 0
        ? { apps: spentMs.apps / settledSince, servers: spentMs.servers / settledSince }
        : null,
    ...findings,
    void: voidsOf(findings, tolerate),
  }
}

const seenBy = (figures: LoadFigures, settledSince: number) => ({
  settled: latencyOf(figures.latencies.settled!),
  accepted: latencyOf(figures.latencies.accepted!),
  dropped: figures.droppedIterations,
  failedRequests: figures.failedRequests,
  failedChecks: figures.checksFailed,
  answered: figures.ordersAnswered,
  unsettled: Math.max(0, figures.ordersAnswered - settledSince),
  lateP99Ms: percentile(figures.latencies.late!, 99),
  slowestMs: figures.latencies.answer!.max,
})

const latencyOf = (it: Distribution): Latency =>
  it.count === 0 ? null : { p50Ms: percentile(it, 50), p99Ms: percentile(it, 99) }

const percentile = ({ percentiles }: Distribution, wanted: number) =>
  percentiles.find((it) => it.percentile === wanted)!.ms

/** Where nothing is kept apart, k6 can count on one. */
const coresOfK6 = ({ cores }: Budget) => Math.max(1, cores?.k6.length ?? 1)

const isK6 = (name: string) => name === LOAD_GENERATOR
const isServer = (name: string) => SERVERS.includes(name)
const isApp = (name: string) => !isK6(name) && !isServer(name)

const cpuMs = (usage: Usage[], matches: (name: string) => boolean) =>
  sum(usage.filter(({ name }) => matches(name)).map((it) => it.cpuMs))
