import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { logsDir } from './paths.ts'
import { UserError } from './user-error.ts'

/**
 * The error of a server that did not start: its log's most telling line, and where the log is. The log is copied
 * out of the run's directory, which is about to be removed.
 * @param name what did not start, for example `RabbitMQ`
 * @param log path of its log
 * @param fallback said when the log is empty
 */
export async function startFailure(name: string, log: string, fallback: string): Promise<UserError> {
  const text = await readFile(log, 'utf8').catch(() => '')
  const kept = `${logsDir}/${name.toLowerCase()}.log`
  await mkdir(logsDir, { recursive: true })
  await copyFile(log, kept).catch(() => {})
  if (/No space left on device|enospc/i.test(text))
    return new UserError(`${name} did not start: the disk is full. Log: ${kept}`)
  return new UserError(`${name} did not start: ${tellingLine(text) ?? fallback}. Log: ${kept}`)
}

function tellingLine(text: string) {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /[a-z]/i.test(line))
  const telling = lines.findLast((line) => /\b(FATAL|error|failed|could not)\b/i.test(line)) ?? lines.at(-1)
  return telling?.replace(/\.$/, '')
}
