import type { Options } from './options.ts'
import { chooseRate } from './rates.ts'
import type { RateTry } from './result.ts'
import type { Session } from './session.ts'

/** Code is compiled as it runs, and caches fill: what is measured first would be at a disadvantage. */
const WARM_UP = { lead: 0, duration: 5 }
/** Long enough to see how busy each arm is. */
const TRY = { lead: 1, duration: 3 }
/** Apart from those of all blocks, which begin at 1000 for each seed. */
const SEEDS_APART = 900

/**
 * Loads each arm at the highest rate once, and then finds the rate that this machine can be asked for.
 * @param say is told what is under way
 */
export async function fitRate(
  session: Session,
  options: Options,
  say: (what: string) => void,
): Promise<{ rate: number; tries: RateTry[] }> {
  const { scenario, rate } = options
  const rates = rate === undefined ? scenario.rates : [rate]
  await warmUp(session, options, rates[0]!, say)
  let tried = 0
  return chooseRate(rates, session.backend.targets, session.budget, async (target, rate) => {
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
  { scenario, seed, prometheus }: Options,
  rate: number,
  say: (what: string) => void,
): Promise<void> {
  for (const target of backend.targets) {
    say(`${target.arm}: warming up, ${WARM_UP.duration} s`)
    await measure(target, { ...WARM_UP, scenario, rate, seed: seed * 1000, prometheus })
  }
}
