import { readFile } from 'node:fs/promises'
import { basename, dirname, normalize } from 'node:path'
import { FORMAT, type Result } from '../../compare/result.ts'
import { UserError } from '../../infra/user-error.ts'

/** A run and its directory, as a person typed it. */
export type Run = { dir: string; result: Result }

const FILE = 'result.json'
/** Without these there is nothing to report. */
const PARTS = [
  'project',
  'options',
  'scenario',
  'machine',
  'versions',
  'environment',
  'fairness',
  'prices',
  'stacks',
  'rounds',
  'audit',
  'verdict',
]

/**
 * Reads what a run of `npm run compare` found.
 * @param path its directory, or the `result.json` within
 * @throws UserError when there is none, or none that this version can read
 */
export async function readRun(path: string): Promise<Run> {
  const dir = normalize(basename(path) === FILE ? dirname(path) : path).replace(/(?<=.)\/$/, '')
  const file = `${dir}/${FILE}`
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(whyUnreadable(file, error))
  })
  return { dir, result: checked(text, file) }
}

function checked(text: string, file: string): Result {
  const result = parsed(text)
  if (!isObject(result) || !('format' in result)) throw new UserError(`${file} is no result. ${RUN_AGAIN}`)
  if (result.format !== FORMAT) throw new UserError(`${file} ${otherFormat(result.format)}`)
  const missing = PARTS.find((part) => !isObject(result[part]))
  if (missing) throw new UserError(`${file} is damaged: it has no ${missing}. ${RUN_AGAIN}`)
  return result as Result
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const RUN_AGAIN = 'Make one: npm run compare -- --out <directory>'

function whyUnreadable(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `${file} is not there: name the directory of a comparison that has ended. ${RUN_AGAIN}`
  return `${file} cannot be read: ${message}`
}

function otherFormat(format: unknown): string {
  if (typeof format === 'number' && format > FORMAT)
    return `has format ${format}, and this version reads ${FORMAT}: use the version that wrote it, or a later one.`
  return `has format ${format}, which this version no longer reads (it reads ${FORMAT}): run that comparison again, by npm run compare.`
}
