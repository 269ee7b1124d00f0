import pretty from 'pino-pretty'
import { errorColours as pc } from '../cli/colours.ts'
import type { LogSink } from '../stacks/stack.ts'

/** Prints the lines that the stacks' processes log. */
export type Follower = {
  sink: LogSink
  /** Until this is called nothing is printed: what processes say while they wait for each other is not worth reading. */
  begin(): void
  /** Prints what happened to a process, apart from what it says. */
  tell(sentence: string): void
}

/** Lines are made readable on a terminal; elsewhere each goes to standard output as it is. */
export function createFollower(): Follower {
  const show: LogSink = process.stdout.isTTY ? printReadably() : (line) => console.log(line)
  let begun = false
  return {
    sink: (line, name) => begun && show(line, name),
    begin: () => {
      begun = true
    },
    tell: (sentence) => begun && console.error(pc.red(`${sentence}. The others go on.`)),
  }
}

function printReadably(): LogSink {
  const format = pretty.prettyFactory({
    colorize: true,
    singleLine: true,
    translateTime: 'HH:MM:ss.l',
    ignore: 'pid,hostname,service',
  })
  return (line, name) => {
    const text = line.startsWith('{') ? format(line) : `${line}\n`
    process.stdout.write(`${name.padEnd(9)} ${text}`)
  }
}
