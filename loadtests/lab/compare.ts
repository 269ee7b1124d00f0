import { recordNoTraces } from './budget/no-traces.ts'
import { runCommand } from './cli/command.ts'
import { openResultDir, timeName } from './cli/result-dir.ts'
import { assembleResult } from './compare/assemble.ts'
import type { StartBackend } from './compare/backend.ts'
import { startDocker } from './compare/backend-docker.ts'
import { startLocal } from './compare/backend-local.ts'
import { k6Version } from './compare/machine.ts'
import { type Options, readOptions } from './compare/options.ts'
import { runComparison } from './compare/run.ts'
import { readPrices } from './cost/prices.ts'
import { terminalReport } from './report/terminal.ts'
import { writeReports } from './report/write.ts'

const SHOW_CURSOR = '\x1b[?25h'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  recordNoTraces()
  // What was started ends with this process; only the cursor must be given back by hand.
  process.once('SIGINT', () => {
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR)
    process.exit(130)
  })
  return compare(options, options.via === 'docker' ? startDocker : startLocal)
}

/**
 * Runs the comparison, reports it on the terminal and writes it down.
 * @returns the exit code: 0, or 1 when the run is not valid
 * @throws UserError when something does not start, or the results cannot be written
 */
export async function compare(options: Options, start: StartBackend): Promise<number> {
  const startedAt = new Date()
  // Before minutes are spent.
  const [k6, prices] = [await k6Version(), await readPrices()]
  const dir = await openResultDir(
    options.out,
    `${timeName(startedAt)}-${options.scenario.name}-${options.seed}`,
    'report.md',
  )
  const outcome = await runComparison(options, start)
  const result = await assembleResult(options, outcome, { startedAt, k6, prices })
  const report = await writeReports(result, dir)
  console.log(`\n${terminalReport(result)}\n\nReport: ${report}`)
  return result.verdict.valid ? 0 : 1
}
