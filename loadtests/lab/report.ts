import './cli/own-environment.ts'

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runCommand } from './cli/command.ts'
import { UserError } from './infra/user-error.ts'
import { changesOf } from './report/compare-two/changes.ts'
import { htmlReport } from './report/compare-two/html.ts'
import { markdownReport } from './report/compare-two/markdown.ts'
import { type Options, readOptions } from './report/compare-two/options.ts'
import { type Pair, pairUp, requireEnough } from './report/compare-two/pair.ts'
import { type Run, readRun } from './report/compare-two/read-run.ts'
import { regressionsOf } from './report/compare-two/regressions.ts'
import { terminalReport as terminalReportOfTwo } from './report/compare-two/terminal.ts'
import {
  lineUp,
  markdownReport as markdownReportOfMany,
  terminalReport as terminalReportOfMany,
} from './report/many-runs/report.ts'
import { regressionsIn } from './report/one-run.ts'
import { terminalReport } from './report/terminal.ts'
import { writeReports } from './report/write.ts'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  const runs: Run[] = []
  for (const path of options.runs) runs.push(await readRun(path, options.rule))
  if (runs.length === 1) return judgeAgain(runs[0]!, options)
  if (runs.length === 2) return compareTwo(pairUp(runs[0]!, runs[1]!), options)
  return listAll(runs, options)
}

/** Writes the reports of one run once more. @returns the exit code: 1 when it is not valid, or has a regression that was looked for */
async function judgeAgain(run: Run, { failOnRegression: percent }: Options): Promise<number> {
  const { dir, result } = run
  const found = percent === undefined ? undefined : regressionsIn(run, percent)
  const report = await orExplain(`${dir}/report.html`, () => writeReports(result, dir))
  console.log(`${terminalReport(result, dir)}\n\nReport: ${report}`)
  if (found) return tell(found, percent!)
  return result.verdict.valid ? 0 : 1
}

/** @returns the exit code: 1 when there is a regression and one was looked for, else 0 */
async function compareTwo(pair: Pair, { markdown, html, failOnRegression }: Options): Promise<number> {
  if (failOnRegression !== undefined) requireEnough([pair.before, pair.after])
  const changes = changesOf(pair)
  if (changes.length === 0)
    throw new UserError(`${pair.before.dir} and ${pair.after.dir} have no ratio in common. Run both again.`)
  if (markdown) await writeText(markdown, markdownReport(pair, changes))
  if (html) await writeText(html, htmlReport(pair, changes))
  console.log(terminalReportOfTwo(pair, changes))
  for (const file of [markdown, html]) if (file) console.log(`\nReport: ${file}`)
  return failOnRegression === undefined ? 0 : tell(regressionsOf(changes, failOnRegression), failOnRegression)
}

async function listAll(all: Run[], { markdown }: Options): Promise<number> {
  const runs = lineUp(all)
  if (markdown) await writeText(markdown, markdownReportOfMany(runs))
  console.log(terminalReportOfMany(runs))
  if (markdown) console.log(`\nReport: ${markdown}`)
  return 0
}

function tell(regressions: string[], percent: number): number {
  const beyond = percent === 0 ? '' : ` by more than ${percent} %`
  if (regressions.length === 0) {
    console.log(`\nNo regression${beyond}, as far as this can tell.`)
    return 0
  }
  console.log(`\nRegression${beyond}:\n${regressions.map((it) => `  ${it}`).join('\n')}`)
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
