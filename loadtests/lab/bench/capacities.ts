import type { AuditResult } from '../audit/audit-stack.ts'
import { planBudget } from '../budget/budget.ts'
import { readOptions } from '../capacity/options.ts'
import { ratioOf } from '../capacity/result.ts'
import { runCapacity } from '../capacity/run.ts'
import { joined } from '../report/format.ts'
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
  /** Sentences. */
  faults: string[]
}

/**
 * Searches for the capacities of both stacks, on servers of their own, unless the options name a rate or leave checkout out.
 * The rate for the rounds is then 30 % of the services' capacity.
 */
export async function searchCapacities(options: Options): Promise<Searched> {
  const { rate, loads } = options
  const given = { capacities: null, audits: [], faults: [] }
  if (rate !== undefined || !loads.includes('checkout')) return { ...given, rate: rate ?? UNSEARCHED_RATE }
  const stacks = ['monolith', 'services'] as const
  const budget = await searchBudget()
  const { capacities, audits, complaints } = await runCapacity(capacityOptions(options, budget))
  const named = stacks.map((stack, i) => ({ ...capacities[i]!, stack }))
  const services = named[1]!.perSecond
  const missed = named.filter(({ perSecond }) => perSecond === 0).map(({ stack }) => stack)
  return {
    capacities: {
      budget,
      stacks: named.map(({ stack, perSecond, low, high }) => ({ stack, perSecond, low, high })),
      ratio: ratioOf(named),
    },
    rate: services > 0 ? Math.max(1, Math.round(services * SHARE)) : UNSEARCHED_RATE,
    audits,
    faults: [
      ...(missed.length > 0 ? [`In the search for capacities, no rate held: ${joined(missed)}`] : []),
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
function capacityOptions({ seed, quick, tolerate }: Options, budget: Capacities['budget']) {
  const shared = tolerate.filter((it) => it === 'company')
  return readOptions([
    ...['node', 'capacity', '--seed', String(seed), '--budget', budget],
    ...(quick ? ['--quick'] : []),
    ...(shared.length > 0 ? ['--tolerate', shared.join()] : []),
  ])
}
