import './cli/own-environment.ts'

import { assembleResult } from './capacity/assemble.ts'
import { readOptions } from './capacity/options.ts'
import { terminalReport } from './capacity/report/terminal.ts'
import { writeReports } from './capacity/report/write.ts'
import { runCapacity } from './capacity/run.ts'
import { runCommand } from './cli/command.ts'
import { listenForEnd } from './cli/ending.ts'
import { openResultDir, timeName } from './cli/result-dir.ts'
import { k6Version } from './compare/machine.ts'

const ENDED_BY_HAND = 130

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  const startedAt = new Date()
  // Before minutes are spent.
  const k6 = await k6Version()
  const dir = await openResultDir(options.out, `capacity-${timeName(startedAt)}`, 'capacity.md')
  const { isAsked } = listenForEnd(() =>
    console.error(
      '\nEnding after this probe, with a report of what there is. Ctrl-C once more leaves at once.',
    ),
  )
  const outcome = await runCapacity(options, isAsked)
  if (outcome.endedByHand && outcome.capacities.every(({ probes }) => probes.length <= 1)) {
    console.error('It was ended before anything was known: there is nothing to report.')
    return ENDED_BY_HAND
  }
  const result = await assembleResult(options, outcome, { startedAt, k6 })
  const report = await writeReports(result, dir)
  console.log(`\n${terminalReport(result)}\n\nReport: ${report}`)
  return result.faults.length + result.refusals.length === 0 ? 0 : 1
}
