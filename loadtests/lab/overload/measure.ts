import { measureCapacity } from '../capacity/measure.ts'
import { type Options as CapacityOptions, searchOf } from '../capacity/options.ts'
import { countsOf, type Probe } from '../capacity/probe.ts'
import { capacityText } from '../capacity/report/words.ts'
import { localLaboratory } from '../infra/laboratory.ts'
import { UserError } from '../infra/user-error.ts'
import { budgetOf } from './cores.ts'
import { loadableOf } from './loadable.ts'
import type { Loaded } from './loaded.ts'
import { overloadStack } from './overload-stack.ts'
import type { Cores, Load, StackOverload } from './result.ts'

/** From the start on, the search adds rates for so long: it is to be short. */
const ADD_RATES_FOR_MS = 60_000

/**
 * Searches for the capacity of a stack as `npm run capacity` does, on the cores that the stack has here.
 * @param say is told what is under way
 * @throws UserError when no rate is known to hold
 */
export async function findCapacity(
  loaded: Loaded,
  options: CapacityOptions,
  cores: Cores,
  say: (what: string) => void,
): Promise<StackOverload['capacity']> {
  const { secret, infra, groups, counts } = loaded
  const [found] = await measureCapacity(
    [loadableOf(loaded)],
    {
      ...searchOf(options),
      secret,
      dir: infra.dir,
      laboratory: localLaboratory(() => groups),
      budget: budgetOf(cores),
      deadline: Date.now() + ADD_RATES_FOR_MS,
    },
    say,
  )
  const { stack, ...search } = found!
  const { answered, lost } = countsOf(search.probes)
  counts.answered += answered
  counts.lost += lost
  const perSecond = search.high === null && search.low !== null ? search.low : search.perSecond
  if (perSecond > 0) return { perSecond, search }
  throw notFound(stack, capacityText(search), search.probes.at(-1)!)
}

function notFound(stack: string, found: string, { void: reasons, failures }: Probe): UserError {
  const why = (reasons[0] ?? failures[0])?.why
  const error = new UserError(
    `No capacity of the ${stack} was found (${found}), at the last because ${why}. Is the machine busy with something else? --rate gives one.`,
  )
  error.exitCode = 1
  return error
}

/** Just-in-time compilation is not what is to be measured. */
const WARM_UP = { rate: 60, seconds: 3 }

/** Takes a rate for the capacity, and warms the stack up. */
export async function giveCapacity(loaded: Loaded, rate: number): Promise<StackOverload['capacity']> {
  await overloadStack(loaded, Math.min(WARM_UP.rate, rate), WARM_UP.seconds)
  return { perSecond: rate, search: null }
}

/** A load whose goodput has not been set against that at capacity yet. */
export type BareLoad = Omit<Load, 'held'>

/** Loads the stack at a multiple of its capacity, in orders a second. */
export async function measureLoad(
  loaded: Loaded,
  capacity: number,
  factor: number,
  seconds: number,
): Promise<BareLoad> {
  const rate = Math.max(1, Math.round(capacity * factor))
  const { offer, recovery } = await overloadStack(loaded, rate, seconds)
  return { ...offer, factor, recovery }
}

/** Sets each goodput against that of the load at capacity, or against the capacity itself where there was no such load. */
export function compareWithCapacity(loads: BareLoad[], capacity: number): Load[] {
  const base = loads.find(({ factor }) => factor === 1)?.goodputPerSecond ?? capacity
  return loads.map((load) => ({ ...load, held: base === 0 ? 0 : load.goodputPerSecond / base }))
}
