import { type Budget, breaches } from '../budget/budget.ts'
import { startCosts } from '../cost/costs.ts'
import type { Usage } from '../sample/sampler.ts'
import { openWindow } from '../sample/window.ts'
import type { Backend, Target } from './backend.ts'
import type { LoadFigures } from './k6-summary.ts'
import { measureLoad } from './load.ts'
import { marksOf } from './marks.ts'
import { LOAD_GENERATOR } from './measures.ts'
import type { Round } from './result.ts'
import type { Scenario } from './scenarios.ts'

/** Orders that clients asked for. Each of the lost may exist or not. */
export type OrderCounts = { answered: number; lost: number }

/** What is measured, and where. */
export type Measuring = { backend: Backend; target: Target; budget: Budget }

/** What load it gets. Seconds: those of the lead, whose latencies do not count, and those that count. */
export type RoundLoad = {
  scenario: Scenario
  rate: number
  lead: number
  duration: number
  seed: number
  prometheus?: string | undefined
}

/** A round without its place in the run. */
export type Figures = Omit<Round, 'block' | 'position' | 'start'>

/** Loads an arm once and measures all that is known of it meanwhile. */
export async function measureRound(
  { backend, target, budget }: Measuring,
  { scenario, rate, lead, duration, seed, prometheus }: RoundLoad,
): Promise<Figures> {
  await target.untilAtRest()
  const before = await target.countOrders()
  const seconds = lead + duration
  const startedAt = new Date()
  const count = await startCosts(target.countable)
  const close = openWindow(backend.laboratory)
  const sampler = target.startSampling()
  const load = await measureLoad(
    { scenario, url: target.url, secret: backend.secret, rate, lead, seconds, seed, prometheus },
    backend.dir,
    (pid) => sampler.addChild({ name: LOAD_GENERATOR, pid }),
  )
  await target.untilAtRest()
  const processes = sampler.stop()
  const { seconds: windowSeconds, company } = close()
  const costs = await count()
  const after = await target.countOrders()

  const placesOrders = scenario.work === 'orders'
  const figures = {
    arm: target.arm,
    stack: target.name,
    seed,
    startedAt: startedAt.toISOString(),
    windowSeconds,
    company,
    work: placesOrders ? after.settled - before.settled : load.iterations,
    k6CpuShare: k6Share(processes, budget, seconds),
    orders: placesOrders
      ? {
          answered: load.ordersAnswered,
          unknown: load.failedRequests,
          stored: after.stored - before.stored,
        }
      : null,
    load,
    processes,
    memoryMeasure: inAll(sampler.measures),
    costs,
  }
  const broken = target.shares ? await breaches(budget, target.shares) : []
  return { ...figures, marks: marksOf(figures, broken, scenario.unit) }
}

/** k6 may share its cores with the servers; where nothing is kept apart, it has one to count on. */
function k6Share(processes: Usage[], { cores }: Budget, seconds: number): number | null {
  const k6 = processes.find(({ name }) => name === LOAD_GENERATOR)
  return k6 ? k6.cpuMs / (seconds * 1000 * Math.max(1, cores?.k6.length ?? 1)) : null
}

/** Control groups count a page once, as PSS does. */
const inAll = (measures: Round['memoryMeasure'][]): Round['memoryMeasure'] =>
  new Set(measures).size > 1 ? 'mixed' : (measures[0] ?? 'PSS')

/** The orders that a load asked for: any request that failed may have been one. */
export const countsOf = ({ ordersAnswered, failedRequests }: LoadFigures): OrderCounts => ({
  answered: ordersAnswered,
  lost: failedRequests,
})

export const addCounts = (a: OrderCounts, b: OrderCounts): OrderCounts => ({
  answered: a.answered + b.answered,
  lost: a.lost + b.lost,
})
