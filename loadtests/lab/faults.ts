import './cli/own-environment.ts'

import { colours as pc } from './cli/colours.ts'
import { runCommand } from './cli/command.ts'
import { chooseForChaos, runChaos } from './faults/chaos/run-chaos.ts'
import type { Fault } from './faults/fault.ts'
import { allFaults } from './faults/list.ts'
import { toMatrix } from './faults/matrix.ts'
import { type Options, readOptions } from './faults/options.ts'
import { choose, planRuns } from './faults/plan.ts'
import { choosePlanted, runPlanted } from './faults/planted.ts'
import { terminalMatrix } from './faults/render.ts'
import type { RunResult } from './faults/result.ts'
import { runAll } from './faults/run-all.ts'
import { assembleResult, openFaultsDir, writeFaults } from './faults/write.ts'

const SHOW_CURSOR = '\x1b[?25h'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  const faults = chosenBy(options)
  if (options.list) return list(faults)
  // What was started ends with this process; only the cursor must be given back by hand.
  process.once('SIGINT', () => {
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR)
    process.exit(130)
  })
  if (options.chaos) return runChaos(faults, options)
  return options.planted ? runPlanted(faults, options) : runFaults(faults, options)
}

function chosenBy(options: Options): Fault[] {
  if (options.planted) return choosePlanted(options)
  const chosen = choose(allFaults, options)
  return options.chaos ? chooseForChaos(chosen) : chosen
}

/** @returns the exit code: 0, or 1 when a stack did not survive */
async function runFaults(faults: Fault[], options: Options): Promise<number> {
  const startedAt = new Date()
  const dir = await openFaultsDir(options.out, startedAt, 'faults')
  const { runs, versions } = await runAll(planRuns(faults, options), options.jobs, dir, tellOutcome)
  const outcome = { runs, matrix: toMatrix(runs) }
  const result = await assembleResult(options, startedAt, versions, outcome)
  const report = await writeFaults(result, dir)
  console.log(`\n${terminalMatrix(result.matrix)}\n`)
  const fallen = runs.filter(({ survived }) => !survived)
  for (const run of fallen) console.log(tellViolations(run))
  console.log(
    fallen.length === 0
      ? pc.green(`All ${runs.length} runs survived.`)
      : pc.red(`${fallen.length} of ${runs.length} runs did not survive.`),
  )
  console.log(`Report: ${report}`)
  return fallen.length === 0 ? 0 : 1
}

function tellOutcome({ survived, healthyAfterMs, violations, tookMs }: RunResult): string {
  const took = `${(tookMs / 1000).toFixed(1)} s`
  if (survived) return `survived, healthy after ${healthyAfterMs} ms (${took})`
  return `${violations.length} violations (${took})`
}

function tellViolations({ fault, stack, seed, violations }: RunResult): string {
  const again = `npm run faults -- --fault ${fault} --stack ${stack} --seed ${seed}`
  const lines = [...violations, `Again: ${again}`].map((it) => `  ${it}`)
  return `${pc.red(`${fault}, ${stack}, seed ${seed}`)}\n${lines.join('\n')}\n`
}

function list(faults: Fault[]): number {
  const width = Math.max(...faults.map(({ name }) => name.length))
  for (const { name, title, stacks } of faults)
    console.log(`${name.padEnd(width)}  ${title} (${stacks.join(', ')})`)
  return 0
}
