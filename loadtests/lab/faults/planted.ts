import { colours as pc } from '../cli/colours.ts'
import type { Fault, PlantedBug } from './fault.ts'
import { plantedBugs } from './inside/planted.ts'
import type { Options } from './options.ts'
import { choose, planRuns } from './plan.ts'
import { terminalPlanted } from './render.ts'
import type { PlantedResult, RunResult } from './result.ts'
import { runAll } from './run-all.ts'
import { assembleResult, openFaultsDir, writeFaults } from './write.ts'

type Bug = Fault & Pick<PlantedBug, 'caughtBy'>

/** The planted bugs that were asked for, as faults of the stack that they are planted in. @throws UserError */
export function choosePlanted(options: Options): Bug[] {
  return choose(
    plantedBugs.map(({ stack, ...bug }) => ({ ...bug, stacks: [stack] })),
    options,
  )
}

/**
 * Runs a stack with each of the bugs, and tells by which check it was caught.
 * @returns the exit code: 0, or 1 when one was not caught
 */
export async function runPlanted(bugs: Bug[], options: Options): Promise<number> {
  const startedAt = new Date()
  const dir = await openFaultsDir(options.out, startedAt, 'planted')
  const judge = (run: RunResult) => toResult(run, bugs.find(({ name }) => name === run.fault)!)
  const tell = (run: RunResult) => {
    const { caught, by } = judge(run)
    return caught ? `caught by ${by.join(', ')}` : 'NOT caught'
  }
  const { runs, versions } = await runAll(planRuns(bugs, options), options.jobs, dir, tell)
  const planted = runs.map(judge)
  const result = await assembleResult(options, startedAt, versions, { runs: [], matrix: [], planted })
  const report = await writeFaults(result, dir)
  console.log(`\n${terminalPlanted(planted)}\n`)
  const missed = planted.filter(({ caught }) => !caught).length
  console.log(
    missed === 0
      ? pc.green(`All ${planted.length} planted bugs were caught.`)
      : pc.red(`${missed} of ${planted.length} planted bugs were not caught.`),
  )
  console.log(`Report: ${report}`)
  return missed === 0 ? 0 : 1
}

function toResult(
  { fault, title, stack, seed, violations }: RunResult,
  { caughtBy = /./ }: Bug,
): PlantedResult {
  // That the run itself failed says nothing of what the audit can see.
  const seen = violations.filter((it) => !OF_THE_RUN.test(it))
  return {
    name: fault,
    title,
    stack,
    seed,
    caught: seen.some((it) => caughtBy.test(it)),
    by: [...new Set(seen.map((it) => it.split(':')[0]!))],
    violations,
  }
}

const OF_THE_RUN = /^the (run comes to its end|fault is)/
