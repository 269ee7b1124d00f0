import './cli/own-environment.ts'

import { runCommand } from './cli/command.ts'
import { listenForEnd } from './cli/ending.ts'
import { openResultDir, timeName } from './cli/result-dir.ts'
import { armsAgainst, armsOf, type PlacedArm } from './compare/arms.ts'
import { describeRun } from './compare/assemble.ts'
import type { StartBackend } from './compare/backend.ts'
import { startDocker } from './compare/backend-docker.ts'
import { startLocal } from './compare/backend-local.ts'
import { judge } from './compare/judge.ts'
import { k6Version } from './compare/machine.ts'
import { type Options, readOptions } from './compare/options.ts'
import { recordTo } from './compare/record.ts'
import { runComparison } from './compare/run.ts'
import { readPrices } from './cost/prices.ts'
import { createRunDir } from './infra/run-dir.ts'
import { terminalReport } from './report/terminal.ts'
import { fromHere, writeReports } from './report/write.ts'
import { openCheckout, whichStackDiffers } from './stacks/checkout.ts'

const ENDED_BY_HAND = 130

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  const start = options.via === 'docker' ? startDocker : startLocal
  if (options.against === undefined) return compare(options, armsOf(options.stacks), start)
  const dir = await createRunDir()
  try {
    const stack = options.stacks.length === 1 ? options.stacks[0]! : await whichStackDiffers(options.against)
    const onProgress = (what: string) => console.error(`  ${what}`)
    const checkout = await openCheckout(options.against, `${dir.path}/checkout`, { stack, onProgress })
    return await compare({ ...options, stacks: [stack] }, armsAgainst(stack, checkout), start)
  } finally {
    await dir.remove()
  }
}

/**
 * Runs the comparison, reports it on the terminal and writes it down.
 * @returns the exit code: 0 when its figures may be shown, 1 when not
 * @throws UserError when something does not start, or the results cannot be written
 */
export async function compare(options: Options, arms: PlacedArm[], start: StartBackend): Promise<number> {
  const startedAt = new Date()
  // Before minutes are spent.
  const [k6, prices] = [await k6Version(), await readPrices()]
  const name = `${timeName(startedAt)}-${options.scenario.name}`
  const dir = await openResultDir(options.out, name, 'report.md')
  const { isAsked } = listenForEnd(() =>
    console.error(
      '\nEnding after this round, with a report of what there is. Ctrl-C once more leaves at once.',
    ),
  )
  const record = await runComparison({
    options,
    arms,
    start,
    recorder: await recordTo(dir),
    isAsked,
    describe: (session, chosen) => describeRun({ options, arms, startedAt, k6, prices }, session, chosen),
  })
  if (!record) {
    console.error('It was ended before its first round: there is nothing to report.')
    return ENDED_BY_HAND
  }
  const result = judge(record, { strict: options.strict, tolerate: options.tolerate })
  const report = await writeReports(result, dir)
  console.log(`\n${terminalReport(result, fromHere(dir))}\n\nReport: ${report}`)
  return result.verdict.valid ? 0 : 1
}
