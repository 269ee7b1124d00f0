import './cli/own-environment.ts'

import { runCommand } from './cli/command.ts'
import { openResultDir, timeName } from './cli/result-dir.ts'
import { k6Version } from './compare/machine.ts'
import { assembleResult } from './overload/assemble.ts'
import { readOptions } from './overload/options.ts'
import { terminalReport } from './overload/report/terminal.ts'
import { writeReports } from './overload/report/write.ts'
import { runOverload } from './overload/run.ts'

const SHOW_CURSOR = '\x1b[?25h'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  // What was started ends with this process; only the cursor must be given back by hand.
  process.once('SIGINT', () => {
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR)
    process.exit(130)
  })
  const startedAt = new Date()
  // Before minutes are spent.
  const k6 = await k6Version()
  const dir = await openResultDir(options.out, `overload-${timeName(startedAt)}`, 'overload.md')
  const outcome = await runOverload(options)
  const result = await assembleResult(options, outcome, { startedAt, k6 })
  const report = await writeReports(result, dir)
  console.log(`\n${terminalReport(result)}\n\nReport: ${report}`)
  return result.stacks.every(({ faults }) => faults.length === 0) ? 0 : 1
}
