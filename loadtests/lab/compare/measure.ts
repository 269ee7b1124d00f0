import { sum } from 'simple-statistics'
import { watchCompany } from '../sample/company.ts'
import type { MemoryMeasure } from '../sample/reader.ts'
import type { Backend, Target } from './backend.ts'
import { LOAD_GENERATOR } from './comparison.ts'
import { runK6 } from './k6-run.ts'
import type { LoadFigures } from './k6-summary.ts'
import type { Options } from './options.ts'
import type { Turn } from './plan.ts'
import type { Round } from './result.ts'

/** Orders that clients asked for. Each of the lost may exist or not. */
export type OrderCounts = { answered: number; lost: number }

/** What a turn of load left: its figures, and the orders that it asked for, those of the warm-up included. */
export type Measured = { round: Round; orders: OrderCounts; memoryMeasure: MemoryMeasure }

/**
 * Loads one stack for one round: a warm-up, whose figures are dropped, then the measured part.
 * @param say is told what is under way
 */
export async function measureTurn(
  backend: Backend,
  target: Target,
  turn: Turn,
  options: Options,
  say: (what: string) => void,
): Promise<Measured> {
  const { scenario, rate } = options
  const load = { scenario, url: target.url, secret: backend.secret, rate }

  say(`warming up, ${options.warmUp} s`)
  const warmUp = await runK6({ ...load, seconds: options.warmUp, seed: turn.warmUpSeed }, backend.dir)
  await target.untilAtRest()
  const settledBefore = await target.settledOrders()

  say(`measuring, ${options.duration} s`)
  const startedAt = new Date()
  const company = watchCompany()
  const sampler = target.startSampling()
  const onStart = (pid: number) => sampler.addChild({ name: LOAD_GENERATOR, pid })
  const measured = await runK6({ ...load, seconds: options.duration, seed: turn.seed }, backend.dir, onStart)
  await target.untilAtRest()
  const processes = sampler.stop()
  const otherCpuShare = company(sum(processes.map(({ cpuMs }) => cpuMs)))
  const windowSeconds = (Date.now() - startedAt.getTime()) / 1000

  const settled = (await target.settledOrders()) - settledBefore
  const work = scenario.work === 'orders' ? settled : measured.iterations
  const { round, position, stack, seed } = turn
  return {
    round: {
      round,
      position,
      stack,
      seed,
      startedAt: startedAt.toISOString(),
      windowSeconds,
      otherCpuShare,
      work,
      load: measured,
      processes,
    },
    memoryMeasure: sampler.measure,
    orders: addCounts(countsOf(warmUp), countsOf(measured)),
  }
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
