import { Command, CommanderError } from 'commander'
import { UserError } from '../infra/user-error.ts'
import { errorColours as pc } from './colours.ts'

/** A command whose wrong use is one line and exit code 2, when `runCommand` runs it. */
export function createCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
}

/**
 * Runs a command's main function and sets the exit code: what it returns (nothing means 0), 2 for what a person can put
 * right, told in one line, 1 for any other error.
 */
export async function runCommand(main: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    process.exitCode = explain(error as Error)
  }
}

function explain(error: Error): number {
  if (error instanceof UserError) return say(error.message, error.exitCode)
  // Help and version end by an error, too.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? 0 : say(error.message.replace(/^error: /, ''), 2)
  console.error(error)
  return 1
}

function say(message: string, exitCode: number): number {
  console.error(pc.red(message))
  return exitCode
}
