import fc, { type RunDetails } from 'fast-check'
import { type Command, commandsUpTo } from './commands.ts'
import { Disagreement, type DisagreementDetails } from './disagreement.ts'
import { runCommands, type Subject } from './run.ts'
import type { Shop } from './shop.ts'

/** The longest sequence of commands in one run. */
const LONGEST = 40
const SHRINK_MS = 60_000

export type CheckOptions = {
  /** How many commands to run at least. */
  commands: number
  seed: number
  /** fast-check's path to one run, to replay it alone. */
  path?: string
  /** How long to look for a smaller run that fails, in milliseconds. Default: a minute. */
  shrinkMs?: number
  /** Is told after each run how many commands and runs there were. */
  onProgress?: (commands: number, runs: number) => void
  /** Says when to stop early. */
  isEnough?: () => boolean
}

export type CheckResult = {
  commands: number
  runs: number
  /** Calls made of each stack, also those that only look. */
  calls: number
  /** Runs after which all stacks were in the same state: races may go either way. */
  alike: number
  /** For each stack, the shops that its runs left. */
  shops: Shop[][]
  failure?: Failure
}

/** The smallest run that was found to fail. `seed` and `path` replay it. */
export type Failure = {
  seed: number
  path: string
  commands: Command[]
  error: Error
  details?: DisagreementDetails
}

/** Runs random sequences of commands on all stacks and the model until there were enough, or they disagree. */
export async function check(subjects: Subject[], options: CheckOptions): Promise<CheckResult> {
  const { commands: wanted, seed, path, onProgress, shrinkMs = SHRINK_MS, isEnough = () => false } = options
  const result: CheckResult = { commands: 0, runs: 0, calls: 0, alike: 0, shops: subjects.map(() => []) }
  let failed: Error | undefined
  let failedAt = 0
  let started = 0

  const run = async (commands: Command[]) => {
    // To fast-check these runs pass.
    if (failed ? performance.now() > failedAt + shrinkMs : result.commands >= wanted || isEnough()) return
    try {
      const prefix = `M${String(started++).padStart(6, '0')}`
      const { calls, shops } = await runCommands(subjects, commands, prefix)
      result.calls += calls
      for (const [i, shop] of shops.entries()) result.shops[i]!.push(shop)
      if (new Set(shops.map(essence)).size === 1) result.alike++
    } catch (error) {
      failedAt ||= performance.now()
      failed = error as Error
      throw error
    } finally {
      result.runs++
      result.commands += commands.length
      onProgress?.(result.commands, result.runs)
    }
  }
  const property = fc.asyncProperty(commandsUpTo(LONGEST), run)
  for (let round = 0; !failed && result.commands < wanted && !isEnough(); round++) {
    const once = path === undefined ? { numRuns: Math.ceil(wanted / LONGEST) } : { path, endOnFailure: true }
    const details = await fc.check(property, { seed: seed + round, ...once })
    if (failed) return { ...result, failure: failureOf(details, failed) }
    if (path !== undefined) break
  }
  return result
}

function failureOf(details: RunDetails<[Command[]]>, last: Error): Failure {
  const { seed, counterexamplePath, counterexample } = details
  return {
    seed,
    path: counterexamplePath!,
    commands: counterexample![0],
    error: last,
    details: last instanceof Disagreement ? last.details : undefined,
  }
}

/** What is the same on both stacks when a run went the same way: ids are not. */
const essence = ({ products, orders }: Shop) =>
  JSON.stringify([products, orders.map(({ key, status }) => `${key} ${status}`).sort()])
