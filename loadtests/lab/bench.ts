import './cli/own-environment.ts'

import { assembleResult } from './bench/assemble.ts'
import { type Options, readOptions } from './bench/options.ts'
import { terminalReport } from './bench/report/terminal.ts'
import { writeReports } from './bench/report/write.ts'
import { runBench } from './bench/run.ts'
import { runCommand } from './cli/command.ts'
import { openResultDir, timeName } from './cli/result-dir.ts'
import { k6Version } from './compare/machine.ts'
import { startLadder } from './ladder/start.ts'

const SHOW_CURSOR = '\x1b[?25h'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  // What was started ends with this process; only the cursor must be given back by hand.
  process.once('SIGINT', () => {
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR)
    process.exit(130)
  })
  return bench(options, startLadder)
}

/**
 * Measures what the options say, writes the reports and prints the table.
 * @returns the exit code: 1 when the run is not valid
 */
export async function bench(options: Options, start: typeof startLadder): Promise<number> {
  const startedAt = new Date()
  // Before minutes are spent.
  const k6 = await k6Version()
  const dir = await openResultDir(options.out, `bench-${timeName(startedAt)}`, 'bench.md')
  const outcome = await runBench(options, start)
  const result = await assembleResult(options, outcome, { startedAt, k6 })
  const report = await writeReports(result, dir)
  console.log(`\n${terminalReport(result)}\n\nReport: ${report}`)
  return result.faults.length === 0 ? 0 : 1
}
