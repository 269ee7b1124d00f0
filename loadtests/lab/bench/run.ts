import type { ListrTask } from 'listr2'
import type { OrderCounts } from '../audit/answered.ts'
import { auditStack } from '../audit/audit-stack.ts'
import { type Budget, pinGroups, planBudget } from '../budget/budget.ts'
import { runTasks } from '../cli/progress.ts'
import type { Figures } from '../ladder/figures.ts'
import { addCounts } from '../ladder/http-load.ts'
import { planTurns } from '../ladder/plan.ts'
import type { Ladder, Rung } from '../ladder/rung.ts'
import { type LoadName, RUNGS, type RungName, rungsOf } from '../ladder/rungs.ts'
import type { startLadder } from '../ladder/start.ts'
import { measureTurn, untilCalm, warmUp } from '../ladder/turn.ts'
import { timeText } from '../report/format.ts'
import { type Searched, searchCapacities } from './capacities.ts'
import type { Options } from './options.ts'
import type { BenchResult } from './result.ts'

/** Enough of each product that none sells out. */
export const CATALOGUE = { products: 400, stockEach: 1_000_000 }
/** Before the first round, at twice the rate, or as long as a turn if that is less; then at the rate before each turn. In seconds. */
export const WARM_UP = { once: 5, eachTurn: 1 }
/** k6 takes so many seconds to start and to end. */
const K6_SECONDS = 2.5

/** What a bench measured and checked. */
export type Outcome = Pick<
  BenchResult,
  'turns' | 'audits' | 'missing' | 'budget' | 'faults' | 'capacities' | 'doubts'
> & {
  rates: Record<LoadName, number>
  versions: Ladder['versions']
}

/**
 * Searches for the capacities, starts the rungs, loads them turn by turn, audits and stops them, and shows its progress.
 * @throws UserError when something does not start
 */
export async function runBench(options: Options, start: typeof startLadder): Promise<Outcome> {
  const searched = await searchCapacities(options)
  const rates = { checkout: searched.rate, read: options.readRate }
  const state: State = { turns: [], audits: [], warmedUp: new Map() }
  let complaints: string[] = []
  try {
    await runTasks({}, tasksOf(options, rates, start, state))
  } finally {
    complaints = (await state.ladder?.stop()) ?? []
  }
  const { turns, audits, ladder, budget } = state
  return {
    turns,
    audits,
    rates,
    missing: ladder!.missing,
    versions: ladder!.versions,
    budget: budget!,
    capacities: searched.capacities,
    doubts: searched.doubts,
    faults: faultsOf(audits, searched, complaints),
  }
}

type State = {
  ladder?: Ladder
  budget?: Budget
  turns: Figures[]
  audits: BenchResult['audits']
  /** Orders of the warm-up before the first round. */
  warmedUp: Map<RungName, OrderCounts>
}

function tasksOf(
  options: Options,
  rates: Record<LoadName, number>,
  start: typeof startLadder,
  state: State,
): ListrTask[] {
  const { loads, rounds, seconds, seed, tolerate } = options
  const warmUpSeconds = Math.min(WARM_UP.once, seconds)
  const find = (name: RungName) => state.ladder!.rungs.find((it) => it.name === name)!
  const has = (name: RungName) => state.ladder!.rungs.some((it) => it.name === name)
  const pairs = () =>
    loads.flatMap((load) =>
      rungsOf(load)
        .filter(has)
        .map((rung) => ({ load, rung })),
    )
  return [
    {
      title: `Start the rungs on fresh databases, with ${CATALOGUE.products} products`,
      task: async () => {
        state.ladder = await start(loads, { ...CATALOGUE, seed })
        state.budget = await planBudget('fair')
        for (const { apps, servers } of state.ladder.rungs)
          await pinGroups(state.budget, { apps, rest: servers })
      },
    },
    {
      title: `Warm up, ${warmUpSeconds} s for each rung and load`,
      task: async () => {
        for (const { load, rung } of pairs()) {
          const orders = await warmUp(state.ladder!, find(rung), load, {
            rate: 2 * rates[load],
            seconds: warmUpSeconds,
          })
          state.warmedUp.set(rung, addCounts(state.warmedUp.get(rung) ?? NONE, orders))
        }
      },
    },
    {
      title: 'Measure, one rung under load at a time',
      task: (_, list) => {
        const turns = planTurns(loads, rounds, seed, has)
        list.title += `: about ${timeText(turns.length * (WARM_UP.eachTurn + seconds + K6_SECONDS))}`
        return list.newListr(
          turns.map((turn) => ({
            title: `Round ${turn.round} of ${rounds}: ${turn.load}, ${RUNGS[turn.rung].title}`,
            task: async () => {
              const timing = { rate: rates[turn.load], warmUpSeconds: WARM_UP.eachTurn, seconds }
              const conditions = { budget: state.budget!, tolerate }
              const measure = (more: number) => {
                const attempt = { ...turn, seed: turn.seed + more }
                return measureTurn(state.ladder!, find(turn.rung), attempt, timing, conditions)
              }
              state.turns.push(...(await untilCalm(measure)))
            },
          })),
        )
      },
    },
    {
      title: 'Audit what must always hold',
      task: async () => {
        for (const rung of state.ladder!.rungs) await auditOne(rung, state)
      },
    },
  ]
}

const NONE = { answered: 0, lost: 0 }

/** The rungs in front of the monolith share its database, and are audited with it. */
async function auditOne({ name, databases, amqp, apps }: Rung, { turns, warmedUp, audits, ladder }: State) {
  if (name === 'gateway' || name === 'proxy') return
  const shared = ladder!.rungs.filter((it) => it.databases === databases).map((it) => it.name)
  const warm = shared.map((it) => warmedUp.get(it) ?? NONE)
  const loaded = turns.filter(({ rung }) => shared.includes(rung)).map(({ orders }) => orders)
  const counts = [...warm, ...loaded].reduce(addCounts, NONE)
  // Of pgbench's orders nobody counts the answers.
  const isCounted = apps.length > 0
  audits.push({ rung: name, audit: await auditStack(databases, amqp, isCounted ? { counts } : {}) })
}

function faultsOf(audits: Outcome['audits'], searched: Searched, complaints: string[]): string[] {
  const all = [
    ...audits.map(({ rung, audit }) => ({ where: RUNGS[rung].title, audit })),
    ...searched.audits.map((audit) => ({
      where: `${audit.stack}, after the search for its capacity`,
      audit,
    })),
  ]
  const failed = all.flatMap(({ where, audit }) =>
    audit.checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => `${where}: the audit failed: ${name}. ${detail}`),
  )
  return [...failed, ...searched.faults, ...complaints.map((it) => `At the stop: ${it}`)]
}
