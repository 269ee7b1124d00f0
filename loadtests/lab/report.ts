import './cli/own-environment.ts'

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runCommand } from './cli/command.ts'
import { UserError } from './infra/user-error.ts'
import { type Change, changesOf, type Pair } from './report/compare-two/changes.ts'
import { htmlReport } from './report/compare-two/html.ts'
import { markdownReport } from './report/compare-two/markdown.ts'
import { type Options, readOptions } from './report/compare-two/options.ts'
import { pairUp, requireEnoughRounds } from './report/compare-two/pair.ts'
import { type Run, readRun } from './report/compare-two/read-run.ts'
import { regressionsOf } from './report/compare-two/regressions.ts'
import { terminalReport as terminalReportOfTwo } from './report/compare-two/terminal.ts'
import { inWords } from './report/compare-two/words.ts'
import { terminalReport } from './report/terminal.ts'
import { writeReports } from './report/write.ts'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  const [before, after] = options.runs
  const run = await readRun(before)
  return after === undefined ? renderAgain(run) : compareTwo(pairUp(run, await readRun(after)), options)
}

/** Writes the reports of one run once more, from its result.json. */
async function renderAgain({ dir, result }: Run): Promise<number> {
  const report = await orExplain(`${dir}/report.html`, () => writeReports(result, dir))
  console.log(`${terminalReport(result)}\n\nReport: ${report}`)
  return 0
}

/** @returns the exit code: 1 when there is a regression and one was looked for, else 0 */
async function compareTwo(pair: Pair, { markdown, html, failOnRegression }: Options): Promise<number> {
  if (failOnRegression !== undefined) requireEnoughRounds(pair)
  const changes = changesOf(pair)
  if (changes.length === 0)
    throw new UserError(`${pair.before.dir} and ${pair.after.dir} have no measure in common. Run both again.`)
  if (markdown) await writeText(markdown, markdownReport(pair, changes))
  if (html) await writeText(html, htmlReport(pair, changes))
  console.log(terminalReportOfTwo(pair, changes))
  for (const file of [markdown, html]) if (file) console.log(`\nReport: ${file}`)
  return failOnRegression === undefined ? 0 : judge(changes, failOnRegression)
}

function judge(changes: Change[], percent: number): number {
  const regressions = regressionsOf(changes, percent)
  const beyond = percent === 0 ? 'beyond what the runs can resolve' : `by more than ${percent}%`
  if (regressions.length === 0) {
    console.log(`\nNo regression ${beyond}.`)
    return 0
  }
  console.log(`\nRegression ${beyond}:\n${regressions.map((it) => `  ${inWords(it)}`).join('\n')}`)
  return 1
}

async function writeText(file: string, text: string): Promise<void> {
  await orExplain(file, async () => {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  })
}

/** @throws UserError in place of an error of the file system */
async function orExplain<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error
    throw new UserError(`${file} cannot be written: ${(error as Error).message}`)
  }
}
