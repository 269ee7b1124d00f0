import { AssertionError } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_AGAIN_MS = 20

/**
 * Waits until `check` passes: for what the contract says happens soon. Only a failed assertion is worth another look.
 * @param within the deadline in milliseconds; then the last failure is thrown
 */
export async function eventually<T>(check: () => Promise<T>, within = 10_000): Promise<T> {
  const deadline = Date.now() + within
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (!(error instanceof AssertionError) || Date.now() > deadline) throw error
    }
    await delay(LOOK_AGAIN_MS)
  }
}
