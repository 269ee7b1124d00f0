import { UserError } from '../infra/user-error.ts'
import { findCapacity } from './capacity.ts'
import type { Loaded } from './loaded.ts'
import { offerOrders } from './offer.ts'
import type { Options } from './options.ts'
import type { Load, StackOverload } from './result.ts'

/** Just-in-time compilation is not what is to be measured. */
const WARM_UP = { rate: 60, seconds: 3 }
const SEARCH_SECONDS = 4

/**
 * Warms a stack up and finds its capacity, unless it is given.
 * @param say is told what is under way
 * @throws UserError when it keeps up with no rate at all
 */
export async function measureCapacity(
  loaded: Loaded,
  { rate }: Options,
  say: (what: string) => void,
): Promise<StackOverload['capacity']> {
  say('warming up')
  await offerOrders(loaded, Math.min(WARM_UP.rate, rate ?? WARM_UP.rate), WARM_UP.seconds)
  if (rate !== undefined) return { perSecond: rate, steps: null }
  const found = await findCapacity(async (perSecond) => {
    say(`${perSecond} orders a second`)
    return (await offerOrders(loaded, perSecond, SEARCH_SECONDS)).offer
  })
  if (found.perSecond > 0) return found
  const { ratePerSecond } = found.steps.at(-1)!
  const error = new UserError(
    `The ${loaded.stack.name} does not keep up with ${ratePerSecond} orders a second. Is the machine busy with something else?`,
  )
  error.exitCode = 1
  throw error
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
  const { offer, recovery } = await offerOrders(loaded, rate, seconds)
  return { ...offer, factor, recovery }
}

/** Sets each goodput against that of the load at capacity, or against the capacity itself where there was no such load. */
export function compareWithCapacity(loads: BareLoad[], capacity: number): Load[] {
  const base = loads.find(({ factor }) => factor === 1)?.goodputPerSecond ?? capacity
  return loads.map((load) => ({ ...load, held: base === 0 ? 0 : load.goodputPerSecond / base }))
}
