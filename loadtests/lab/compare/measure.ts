import { sum } from 'simple-statistics'
import { type Budget, breaches } from '../budget/budget.ts'
import { startCosts } from '../cost/costs.ts'
import { watchCompany } from '../sample/company.ts'
import type { MemoryMeasure } from '../sample/reader.ts'
import type { Usage } from '../sample/sampler.ts'
import type { Backend, Target } from './backend.ts'
import { LOAD_GENERATOR } from './comparison.ts'
import { runK6 } from './k6-run.ts'
import type { LoadFigures } from './k6-summary.ts'
import { measureLoad } from './load.ts'
import type { Options } from './options.ts'
import type { Turn } from './plan.ts'
import type { Round } from './result.ts'
import { voidsOf } from './void.ts'

/** Orders that clients asked for. Each of the lost may exist or not. */
export type OrderCounts = { answered: number; lost: number }

/** What a turn of load left: its figures, and the orders that it asked for, those of the warm-up included. */
export type Measured = { round: Round; orders: OrderCounts; memoryMeasures: MemoryMeasure[] }

/** Where and how a turn is measured. */
export type Bench = { backend: Backend; target: Target; budget: Budget; options: Options }

/**
 * Loads a stack before the first block for as long as a round lasts, so that its code is compiled and its caches are filled.
 * Without it, what is measured first would be at a disadvantage.
 */
export async function warmUpOnce({ backend, target, options }: Bench): Promise<OrderCounts> {
  const { scenario, rate, prometheus, duration, seed } = options
  const load = { scenario, url: target.url, secret: backend.secret, rate, prometheus }
  return countsOf(await runK6({ ...load, seconds: duration, seed: seed * 1000 }, backend.dir))
}

/**
 * Loads one stack for one round: a warm-up, whose figures are dropped, then the measured part.
 * @param say is told what is under way
 */
export async function measureTurn(
  { backend, target, budget, options }: Bench,
  turn: Turn,
  say: (what: string) => void,
): Promise<Measured> {
  const { scenario, rate, prometheus } = options
  const load = { scenario, url: target.url, secret: backend.secret, rate, prometheus }

  say(`warming up, ${options.warmUp} s`)
  const warmUp = await runK6({ ...load, seconds: options.warmUp, seed: turn.warmUpSeed }, backend.dir)
  await target.untilAtRest()
  const before = await target.countOrders()

  say(`measuring, ${options.duration} s`)
  const startedAt = new Date()
  const count = await startCosts(target.countable)
  const company = watchCompany(target.hostMs)
  const sampler = target.startSampling()
  const onStart = (pid: number) => sampler.addChild({ name: LOAD_GENERATOR, pid })
  const measured = await measureLoad(
    { ...load, seconds: options.duration, seed: turn.seed },
    backend.dir,
    onStart,
  )
  await target.untilAtRest()
  const processes = sampler.stop()
  const otherCpuShare = company(sum(processes.map(({ cpuMs }) => cpuMs)))
  const windowSeconds = (Date.now() - startedAt.getTime()) / 1000
  const costs = await count()

  const after = await target.countOrders()
  const placesOrders = scenario.work === 'orders'
  const { round, position, stack, isControl, seed } = turn
  const figures = {
    round,
    position,
    stack,
    isControl,
    seed,
    startedAt: startedAt.toISOString(),
    windowSeconds,
    otherCpuShare,
    work: placesOrders ? after.settled - before.settled : measured.iterations,
    k6CpuShare: k6Share(processes, budget, options.duration),
    orders: placesOrders
      ? {
          answered: measured.ordersAnswered,
          unknown: measured.failedRequests,
          stored: after.stored - before.stored,
        }
      : null,
    load: measured,
    processes,
    costs,
  }
  const broken = target.shares ? await breaches(budget, target.shares) : []
  return {
    round: { ...figures, void: voidsOf(figures, broken, options) },
    memoryMeasures: sampler.measures,
    orders: addCounts(countsOf(warmUp), countsOf(measured)),
  }
}

/** k6 may share its cores with the servers; where nothing is kept apart, it has one to count on. */
function k6Share(processes: Usage[], { cores }: Budget, seconds: number): number | null {
  const k6 = processes.find(({ name }) => name === LOAD_GENERATOR)
  return k6 ? k6.cpuMs / (seconds * 1000 * Math.max(1, cores?.k6.length ?? 1)) : null
}

/** Any request that failed may have been an order. */
const countsOf = (load: LoadFigures): OrderCounts => ({
  answered: load.ordersAnswered,
  lost: load.failedRequests,
})

export const addCounts = (a: OrderCounts, b: OrderCounts): OrderCounts => ({
  answered: a.answered + b.answered,
  lost: a.lost + b.lost,
})
