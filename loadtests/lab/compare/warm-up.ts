import type { Options } from './options.ts'
import { chooseRate } from './rates.ts'
import type { RateTry } from './result.ts'
import type { Session } from './session.ts'

/** Code is compiled as it runs, and caches fill: what is measured first would be at a disadvantage. Seconds, at most. */
const WARM_UP = 5
/** Long enough to see how busy each arm is. */
const TRY = { lead: 1, duration: 3 }
/** Apart from those of all blocks, which begin at 1000 for each seed. */
const SEEDS_APART = 900

/**
 * Loads each arm once, and then finds the rate that this machine can be asked for, unless one is given.
 * @param say is told what is under way
 */
export async function fitRate(
  session: Session,
  options: Options,
  say: (what: string) => void,
): Promise<{ rate: number; tries: RateTry[] }> {
  const { scenario, rate } = options
  await warmUp(session, options, rate ?? scenario.rates[0]!, say)
  if (rate !== undefined) return { rate, tries: [] }
  let tried = 0
  return chooseRate(scenario.rates, session.backend.targets, session.budget, async (target, rate) => {
    say(`${target.arm}: ${rate} a second`)
    const seed = options.seed * 1000 + SEEDS_APART + ++tried
    const figures = await session.measure(target, {
      ...TRY,
      scenario,
      rate,
      seed,
      prometheus: options.prometheus,
    })
    return { figures, seconds: TRY.lead + TRY.duration }
  })
}

/** Loads each arm once; what it measures is dropped, the orders are not. */
export async function warmUp(
  { backend, measure }: Session,
  { scenario, seed, prometheus, ...options }: Options,
  rate: number,
  say: (what: string) => void,
): Promise<void> {
  const duration = Math.min(WARM_UP, options.duration)
  for (const target of backend.targets) {
    say(`${target.arm}: warming up, ${duration} s`)
    await measure(target, { lead: 0, duration, scenario, rate, seed: seed * 1000, prometheus })
  }
}
