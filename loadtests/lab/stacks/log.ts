import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { logsDir } from '../infra/paths.ts'
import type { LogSink } from './stack.ts'

const KEPT_LINES = 30

/** Where a process writes, and what it said last. */
export type Log = {
  file?: string
  stdio: ['pipe', 'pipe'] | [number, number]
  /** To be called once, when the child has been spawned. */
  attach(child: ChildProcess): void
  /** What it said last, as one line, and where the rest is. */
  last(): Promise<string>
}

/** Both outputs go to a file. */
export async function logToFile(file: string, name: string): Promise<Log> {
  await mkdir(dirname(file), { recursive: true })
  const output = openSync(file, 'a')
  return {
    file,
    stdio: [output, output],
    attach: () => closeSync(output),
    last: async () => {
      const kept = `${logsDir}/${name}.log`
      await mkdir(logsDir, { recursive: true })
      // The run's directory is about to be removed.
      await copyFile(file, kept)
      return `${lastWords((await readFile(file, 'utf8')).split('\n'))}. Log: ${kept}`
    },
  }
}

/** Both outputs are handed on, line by line. */
export function logToSink(sink: LogSink, name: string): Log {
  const lines: string[] = []
  const take = (line: string) => {
    lines.push(line)
    if (lines.length > KEPT_LINES) lines.shift()
    sink(line, name)
  }
  return {
    stdio: ['pipe', 'pipe'],
    attach: (child) => {
      for (const stream of [child.stdout!, child.stderr!]) createInterface({ input: stream }).on('line', take)
    },
    last: async () => lastWords(lines),
  }
}

/** The message of the last line when it is JSON, else the plain lines that the output ends with, less a stack trace. */
function lastWords(lines: string[]): string {
  const written = lines.filter((line) => line.trim() !== '').slice(-KEPT_LINES)
  const plain = written.slice(written.findLastIndex((line) => line.startsWith('{')) + 1)
  const words = plain.filter((line) => !/^\s+at /.test(line)).map((line) => line.trim())
  if (words.length > 0) return words.join(' ')
  const last = written.at(-1)
  return last ? messageOf(last) : 'it wrote nothing'
}

function messageOf(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } }
    return [msg, err?.message].filter(Boolean).join(': ')
  } catch {
    return line
  }
}
