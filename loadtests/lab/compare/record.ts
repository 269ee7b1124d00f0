import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { UserError } from '../infra/user-error.ts'
import type { Record } from './judge.ts'
import { type ArmAudit, type Ending, type Facts, FORMAT, type Result, type Round } from './result.ts'

const FILE = 'rounds.jsonl'

/** One line of `rounds.jsonl`. */
type Line = { facts: Facts } | { round: Round } | { audit: ArmAudit } | { ending: Ending }

/** Writes down what a run measures as it measures it, so that nothing is lost when it ends before its end. */
export type Recorder = { note(line: Line): Promise<void> }

/** @param dir of the results; what an earlier run left there of its own goes */
export async function recordTo(dir: string): Promise<Recorder> {
  await rm(`${dir}/result.json`, { force: true })
  await writeFile(`${dir}/${FILE}`, '')
  return { note: (line) => appendFile(`${dir}/${FILE}`, `${JSON.stringify(line)}\n`) }
}

/**
 * What a run measured, from its `result.json`, or from `rounds.jsonl` where it was ended before it could write one.
 * @throws UserError when neither is there, or is damaged, or of another format
 */
export async function readRecord(dir: string): Promise<Record & { rule?: Result['rule'] }> {
  const result = await readFile(`${dir}/result.json`, 'utf8').catch(() => undefined)
  const whole = result === undefined ? undefined : fromResult(dir, result)
  // One that has not ended was reported on while it ran, or after it was killed: the lines may tell more.
  if (whole?.ending) return whole
  const lines = await readFile(`${dir}/${FILE}`, 'utf8').catch(() => undefined)
  if (lines !== undefined) return { ...fromLines(dir, lines), ...(whole && { rule: whole.rule }) }
  if (whole) return whole
  throw new UserError(`${dir} has no result.json and no ${FILE}: is it what npm run compare wrote?`)
}

function fromResult(dir: string, text: string): Record & { rule: Result['rule'] } {
  const { rounds, audit, ending, rule, ...rest } = parse<Result>(dir, 'result.json', text)
  requireFormat(dir, rest.format)
  return { facts: factsOf(rest), rounds, audit, ending, rule }
}

function fromLines(dir: string, text: string): Record {
  const written = text.split('\n').filter((line) => line !== '')
  // The last line may have been cut off with the command.
  const lines = written.flatMap((line, i) =>
    i === written.length - 1 ? tryParse(line) : [parse<Line>(dir, FILE, line)],
  )
  const facts = lines.find((line) => 'facts' in line)?.facts
  if (!facts) throw new UserError(`${dir} ended before its first block: there is nothing to report.`)
  requireFormat(dir, facts.format)
  return {
    facts,
    rounds: lines.flatMap((line) => ('round' in line ? [line.round] : [])),
    audit: lines.flatMap((line) => ('audit' in line ? [line.audit] : [])),
    ending: lines.find((line) => 'ending' in line)?.ending ?? null,
  }
}

/** What the judging of a run added to it is left out. */
function factsOf(result: Omit<Result, 'rounds' | 'audit' | 'ending' | 'rule'>): Facts {
  const { blocks: _, intervalsOver: __, units: ___, verdict: ____, notes: _____, ...rest } = result
  const { comparison: ______, omitted: _______, sameTwice: ________, ...facts } = rest
  return facts
}

function requireFormat(dir: string, format: number) {
  if (format === FORMAT) return
  throw new UserError(
    `${dir} is of format ${format}, and this version reads ${FORMAT}: its figures are of another method. Run it again.`,
  )
}

function parse<T>(dir: string, file: string, text: string): T {
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new UserError(`${dir}/${file} is damaged (${(error as Error).message}). Run it again.`)
  }
}

function tryParse(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line]
  } catch {
    return []
  }
}
