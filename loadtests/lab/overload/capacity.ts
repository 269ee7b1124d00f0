import type { Offer, Step } from './result.ts'
import { HOLDS } from './rules.ts'

const FIRST = 100
const MOST = 10_000
const HALVINGS = 3

/**
 * Whether a stack keeps up with what it was offered: nearly every order turned out good, k6 sent all of them, and even the
 * slow ones were accepted soon.
 */
export function holds({ offered, notSent, orders, acceptedLatency }: Offer): boolean {
  const isServed = orders.good >= HOLDS.share * offered && notSent === 0
  return isServed && acceptedLatency !== null && acceptedLatency.p99Ms <= HOLDS.p99Ms
}

/**
 * Searches for the highest rate that holds: doubles it until one does not, then halves the gap three times. A rate that
 * does not hold is tried once more, for a machine hiccups sooner than it does better than it can.
 * @param offer loads the stack at a rate, per second
 * @returns the rate, and each that was tried, in order; 0 when none held
 */
export async function findCapacity(
  offer: (rate: number) => Promise<Offer>,
): Promise<{ perSecond: number; steps: Step[] }> {
  const steps: Step[] = []
  const attempt = async (rate: number) => {
    const it = await offer(rate)
    const { ratePerSecond, goodputPerSecond, acceptedLatency } = it
    steps.push({ ratePerSecond, goodputPerSecond, acceptedLatency, holds: holds(it) })
    return holds(it)
  }
  const tryRate = async (rate: number) => (await attempt(rate)) || (await attempt(rate))

  let [low, high] = [0, FIRST]
  while (high <= MOST && (await tryRate(high))) [low, high] = [high, high * 2]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.round((low + high) / 2)
    if (await tryRate(middle)) low = middle
    else high = middle
  }
  return { perSecond: low, steps }
}
