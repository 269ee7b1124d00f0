import { cpus } from 'node:os'
import { sum } from 'simple-statistics'
import type { Budget } from '../budget/budget.ts'
import type { Target } from './backend.ts'
import { percentileOf } from './distribution.ts'
import type { Figures } from './measure.ts'
import { LOAD_GENERATOR, SERVERS } from './measures.ts'
import type { RateTry } from './result.ts'

/** Of its CPU budget. Beyond it, waiting for a processor becomes a good part of a latency, and the ratio that of two queues. */
export const MOST_OF_BUDGET = 0.5
const MOST_OF_K6 = 0.8
/** By half of the iterations. A machine with company makes one in a hundred late at any rate. */
const LATEST_MS = 10
/** What docker-compose.yml gives to all containers of a stack. */
const CPUS_IN_DOCKER = 4

/**
 * Finds the rate that a machine can be asked for: the first at which no arm uses half of its CPU budget, and k6 keeps time.
 * The last is taken if none does.
 * @param rates falling, iterations a second
 * @param measure loads an arm once
 */
export async function chooseRate(
  rates: number[],
  targets: Target[],
  budget: Budget,
  measure: (target: Target, rate: number) => Promise<{ figures: Figures; seconds: number }>,
): Promise<{ rate: number; tries: RateTry[] }> {
  const tries: RateTry[] = []
  for (const rate of rates) {
    for (const target of targets) {
      const { figures, seconds } = await measure(target, rate)
      tries.push(tryOf(rate, target, budget, figures, budgetCores(target, budget) * seconds * 1000))
      if (!tries.at(-1)!.fits) break
    }
    if (tries.at(-1)!.fits) return { rate, tries }
  }
  return { rate: rates.at(-1)!, tries }
}

function tryOf(
  ratePerSecond: number,
  target: Target,
  budget: Budget,
  figures: Figures,
  budgetMs: number,
): RateTry {
  const { load, processes, k6CpuShare, arm } = figures
  const inBudget = processes.filter(({ name }) => name !== LOAD_GENERATOR && isInBudget(name, target, budget))
  const budgetShare = sum(inBudget.map(({ cpuMs }) => cpuMs)) / budgetMs
  const lateMs = percentileOf(load.startedLate, 50)
  const { droppedIterations } = load
  const keepsTime = droppedIterations === 0 && (k6CpuShare ?? 0) <= MOST_OF_K6 && lateMs <= LATEST_MS
  const fits = budgetShare < MOST_OF_BUDGET && keepsTime
  return { ratePerSecond, arm, budgetShare, k6CpuShare, lateMs, droppedIterations, fits }
}

/** By Docker the limits are those of a stack with its servers. */
const isInBudget = (name: string, { shares }: Target, { kind }: Budget) =>
  shares === null || kind === 'colocated' || !SERVERS.includes(name)

function budgetCores({ shares }: Target, { cores }: Budget): number {
  const all = cpus().length
  if (shares === null) return Math.min(CPUS_IN_DOCKER, all)
  return cores?.apps.length ?? all
}
