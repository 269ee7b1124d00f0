import type { AuditResult } from '../audit/audit-stack.ts'
import { planBudget } from '../budget/budget.ts'
import { type Options as CapacityOptions, defaultOptions } from '../capacity/options.ts'
import { doubtsOf, notJudged } from '../capacity/report/doubts.ts'
import { ratioOf } from '../capacity/result.ts'
import { runCapacity } from '../capacity/run.ts'
import type { Capacities } from './aims.ts'
import type { Options } from './options.ts'

/** The share of the services' capacity at which latencies are compared. */
const SHARE = 0.3

/** Where nobody searched and nobody said: about that share on a machine of two cores. */
const UNSEARCHED_RATE = 120

export type Searched = {
  capacities: Capacities | null
  /** Orders a second. */
  rate: number
  audits: AuditResult[]
  /** What a disturbance leaves open of them, a sentence each. */
  doubts: string[]
  /** Why nothing that was measured may be shown, a sentence each. */
  faults: string[]
}

/**
 * Searches for the capacities of both stacks, on servers of their own, unless the options name a rate or leave checkout out.
 * The rate for the rounds is then 30 % of the services' capacity.
 */
export async function searchCapacities(options: Options): Promise<Searched> {
  const { rate, loads } = options
  const given = { capacities: null, audits: [], doubts: [], faults: [] }
  if (rate !== undefined || !loads.includes('checkout')) return { ...given, rate: rate ?? UNSEARCHED_RATE }
  const stacks = ['monolith', 'services'] as const
  const budget = await searchBudget()
  const { capacities, audits, complaints } = await runCapacity(capacityOptions(options, budget))
  const named = stacks.map((stack, i) => ({ ...capacities[i]!, stack }))
  const services = named[1]!.perSecond
  return {
    capacities: {
      budget,
      stacks: named.map(({ stack, perSecond, low, high }) => ({ stack, perSecond, low, high })),
      ratio: ratioOf(named),
    },
    rate: services > 0 ? Math.max(1, Math.round(services * SHARE)) : UNSEARCHED_RATE,
    audits,
    doubts: named.flatMap((it) => doubtsOf(it).map((doubt) => `The capacity of the ${it.stack}: ${doubt}`)),
    faults: [
      ...named.flatMap(notJudged),
      ...named.flatMap(({ stack, low }) =>
        low === 0 ? [`${stack}: no rate held in the search for its capacity`] : [],
      ),
      ...complaints.map((it) => `At the stop after the search: ${it}`),
    ],
  }
}

/** Where k6 would share its only core with the servers, it is late before a stack is full: there the servers move to the stack. */
async function searchBudget(): Promise<Capacities['budget']> {
  const { cores } = await planBudget('fair')
  return cores?.k6.length === 1 ? 'colocated' : 'fair'
}

/** As `npm run capacity` searches by itself. */
const capacityOptions = (
  { seed, quick, tolerate }: Options,
  budget: Capacities['budget'],
): CapacityOptions => ({
  ...defaultOptions(quick),
  seed,
  budget,
  tolerate: tolerate.filter((it) => it === 'company'),
})
