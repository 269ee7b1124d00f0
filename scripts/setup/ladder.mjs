import { RungError, SetupError } from './failures.mjs'
import { say } from './progress.mjs'

/**
 * Climbs a ladder: the first rung that finds something wins. A rung returns undefined when it is not there, and throws a
 * RungError when it is there and does not hold, which is said before the next one is tried.
 * @param name what is looked for
 * @param rungs functions
 * @param help what to do when none holds
 */
export async function climb(name, rungs, help) {
  for (const rung of rungs) {
    try {
      const found = await rung()
      if (found) return found
    } catch (error) {
      if (!(error instanceof RungError)) throw error
      say(`  ${name}: ${error.message} Trying the next way.`)
    }
  }
  throw new SetupError(help)
}
