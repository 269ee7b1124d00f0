import type { BudgetKind } from '../budget/budget.ts'
import type { Estimate } from '../capacity/estimate.ts'
import type { CapacityRatio } from '../capacity/result.ts'
import { completeRounds, cpuOf, cpuOfProcess, type Figures } from '../ladder/figures.ts'
import type { LoadName, RungName } from '../ladder/rungs.ts'
import { LEAST_UNITS, pairedRatio, type Ratio } from '../stats/ratio.ts'

/** What a ratio is to be, at most or at least. */
export type Aim = { bound: 'at most' | 'at least'; value: number }

export type Verdict = 'reached' | 'not reached' | 'cannot tell' | 'not measured'

/** A row of the table: a ratio beside its aim. */
export type Row = {
  id: string
  title: string
  /** What is set against what, and in which unit. */
  of: string
  aim: Aim
  ratio: Pick<Ratio, 'value' | 'low' | 'high'> | null
  verdict: Verdict
  /** Why there is no ratio, a sentence; null when there is one. */
  why: string | null
}

type Side = { rung: RungName; of(figures: Figures): number }
type Definition = Pick<Row, 'id' | 'title' | 'of'> & { aim: Aim; load: LoadName; base: Side; other: Side }

const app = (figures: Figures) => cpuOf(figures, 'app')
const appAndDatabase = (figures: Figures) => cpuOf(figures, 'app', 'PostgreSQL')
const atMost = (value: number): Aim => ({ bound: 'at most', value })

const DEFINITIONS: Definition[] = [
  {
    id: 'monolith-checkout-app',
    title: 'Monolith, checkout',
    of: 'app CPU per settled order, monolith / bare',
    aim: atMost(1.5),
    load: 'checkout',
    base: { rung: 'bare', of: app },
    other: { rung: 'monolith', of: app },
  },
  {
    id: 'monolith-checkout-all',
    title: 'Monolith, checkout, with PostgreSQL',
    of: 'CPU with that of PostgreSQL per settled order, monolith / pgbench',
    aim: atMost(2),
    load: 'checkout',
    base: { rung: 'database', of: appAndDatabase },
    other: { rung: 'monolith', of: appAndDatabase },
  },
  {
    id: 'monolith-read',
    title: 'Monolith, read of a product',
    of: 'app CPU per read, monolith / bare',
    aim: atMost(1.3),
    load: 'read',
    base: { rung: 'bare', of: app },
    other: { rung: 'monolith', of: app },
  },
  {
    id: 'proxied-read',
    title: 'A proxied read',
    of: 'own CPU per read, gateway / @fastify/http-proxy',
    aim: atMost(1),
    load: 'read',
    base: { rung: 'proxy', of: (figures) => cpuOfProcess(figures, 'http-proxy') },
    other: { rung: 'gateway', of: (figures) => cpuOfProcess(figures, 'gateway') },
  },
  {
    id: 'services-checkout-app',
    title: 'Services, checkout',
    of: 'app CPU per settled order, services / monolith',
    aim: atMost(2.5),
    load: 'checkout',
    base: { rung: 'monolith', of: app },
    other: { rung: 'services', of: app },
  },
]

const CAPACITY = {
  id: 'services-capacity',
  title: 'Services, capacity at equal CPU',
  of: 'orders per second within the objective, services / monolith',
  aim: { bound: 'at least', value: 0.4 } as Aim,
}

const COLOCATED = 'each with its PostgreSQL and RabbitMQ on one core'

const LATENCY: Definition = {
  id: 'services-latency',
  title: 'Services, latency at 30% of their capacity',
  of: 'settled p50, services / monolith',
  aim: atMost(3),
  load: 'checkout',
  base: { rung: 'monolith', of: ({ p50Ms }) => p50Ms },
  other: { rung: 'services', of: ({ p50Ms }) => p50Ms },
}

/** What a search for the capacities gave, in orders a second. */
export type Capacities = {
  /** What of a stack shared a core: its Node processes, or its servers as well. */
  budget: Exclude<BudgetKind, 'naive'>
  stacks: (Estimate & { stack: string })[]
  ratio: CapacityRatio | null
}

/**
 * The table, in the order in which the aims were set.
 * @param capacities null when they were not searched for; then nobody knows which share of them the rate is
 * @param rate of the checkout, in orders a second
 */
export function rowsOf(turns: Figures[], capacities: Capacities | null, rate: number): Row[] {
  const title = `Services, latency at ${rate} orders a second`
  const latency = capacities ? LATENCY : { ...LATENCY, title }
  return [...DEFINITIONS.map((it) => rowOf(turns, it)), capacityRow(capacities), rowOf(turns, latency)]
}

function rowOf(turns: Figures[], { load, base, other, id, title, of, aim }: Definition): Row {
  const row = { id, title, of, aim }
  const own = turns.filter((it) => it.load === load)
  if (own.length === 0) return notMeasured(row, `The load "${load}" was not put on.`)
  const absent = [base.rung, other.rung].filter((rung) => !own.some((it) => it.rung === rung))
  if (absent.length > 0) return notMeasured(row, `There is no rung "${absent[0]}".`)
  const rounds = completeRounds(own, [base.rung, other.rung])
  const values = [rounds[base.rung]!.map(base.of), rounds[other.rung]!.map(other.of)] as const
  const ratio = pairedRatio(...values)
  if (!ratio) return notMeasured(row, 'No round was valid on both sides.')
  return judged(row, ratio, ratio.count)
}

function capacityRow(capacities: Capacities | null): Row {
  if (!capacities) return notMeasured(CAPACITY, 'Capacities were not searched for.')
  const row =
    capacities.budget === 'colocated' ? { ...CAPACITY, of: `${CAPACITY.of}, ${COLOCATED}` } : CAPACITY
  if (!capacities.ratio) return notMeasured(row, 'A stack held no rate, or no end of one was found.')
  // Its bounds come from repeated searches near the edge, and not from rounds.
  return judged(row, capacities.ratio, LEAST_UNITS)
}

type Bare = Pick<Row, 'id' | 'title' | 'of' | 'aim'>

const judged = (
  row: Bare,
  { value, low, high }: Pick<Ratio, 'value' | 'low' | 'high'>,
  rounds: number,
): Row => {
  const ratio = { value, low, high }
  return { ...row, ratio, verdict: verdictOf(row.aim, ratio, rounds), why: null }
}

const notMeasured = (row: Bare, why: string): Row => ({
  ...row,
  ratio: null,
  verdict: 'not measured',
  why,
})

/** Reached, or not, only where the whole interval lies on one side of the aim, and comes from enough rounds. */
export function verdictOf(aim: Aim, { low, high }: Pick<Ratio, 'low' | 'high'>, rounds: number): Verdict {
  if (low === null || high === null || rounds < LEAST_UNITS) return 'cannot tell'
  const [worse, better] = aim.bound === 'at most' ? [high, low] : [-low, -high]
  const limit = aim.bound === 'at most' ? aim.value : -aim.value
  if (worse <= limit) return 'reached'
  return better > limit ? 'not reached' : 'cannot tell'
}
