import { recordNoTraces } from './budget/no-traces.ts'
import { assembleResult } from './capacity/assemble.ts'
import { readOptions } from './capacity/options.ts'
import { terminalReport } from './capacity/report/terminal.ts'
import { writeReports } from './capacity/report/write.ts'
import { runCapacity } from './capacity/run.ts'
import { runCommand } from './cli/command.ts'
import { openResultDir, timeName } from './cli/result-dir.ts'
import { k6Version } from './compare/machine.ts'

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
  const startedAt = new Date()
  // Before minutes are spent.
  const k6 = await k6Version()
  const dir = await openResultDir(options.out, `capacity-${timeName(startedAt)}`, 'capacity.md')
  const outcome = await runCapacity(options)
  const result = await assembleResult(options, outcome, { startedAt, k6 })
  const report = await writeReports(result, dir)
  console.log(`\n${terminalReport(result)}\n\nReport: ${report}`)
  return result.faults.length === 0 ? 0 : 1
}
