import { setTimeout as delay } from 'node:timers/promises'
import type { InForce } from '../../audit/goes-on.ts'
import { randomNumbers, seedOf } from '../../random.ts'
import type { Fault, FaultContext } from '../fault.ts'
import type { Caller } from '../load/call-operation.ts'
import { untilHealthy } from './healthy.ts'
import { watchReadiness } from './stays-ready.ts'

/** When a fault comes, and how long it lasts if it does not say so itself: drawn between these, in milliseconds. */
const COMES = { from: 1_000, to: 2_000 }
const LASTS = { from: 1_000, to: 2_000 }

/** `healthyAfterMs`: how long it took after the heal until all was well; null when it took too long. */
export type Injected = { healthyAfterMs: number | null; inForce?: InForce }

/** Injects a fault at its moment, and heals it. */
export async function injectAndHeal(
  fault: Fault,
  context: FaultContext,
  caller: Caller,
  seed: number,
): Promise<Injected> {
  const { stack, note, violation } = context
  // Drawn apart from the fault's own numbers, so that those do not change with what happens here.
  const random = randomNumbers(seedOf(seed, `moments of ${fault.name}`))
  const between = ({ from, to }: typeof COMES) => from + random() * (to - from)
  const { lastsMs = between(LASTS) } = fault
  await delay(between(COMES))
  note(`inject: ${fault.title}`)
  const inForce = { from: caller.history.now(), until: caller.history.now() }
  try {
    const heal = await fault.inject?.(context)
    inForce.until = caller.history.now()
    if (heal) {
      inForce.from = inForce.until
      const watch = watchReadiness(stack, fault.expect?.staysReady ?? [])
      await delay(typeof lastsMs === 'function' ? lastsMs(random) : lastsMs)
      for (const found of await watch.stop()) violation(found)
      note('heal')
      inForce.until = caller.history.now()
      await heal()
    }
  } catch (error) {
    // The load goes on, so that what the fault has done so far is audited, too.
    violation(`the fault is injected and healed: ${(error as Error).stack}`)
    return { healthyAfterMs: null }
  }
  const since = inForce.until
  const took = await untilHealthy(stack, caller, since, seed)
  if (took === null) violation('healthy again: not within 30 s')
  else note(`healthy after ${took} ms`)
  return { healthyAfterMs: took, inForce }
}
