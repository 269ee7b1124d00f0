import { type Command, Option } from 'commander'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'
import type { StackName } from '../stacks/stack.ts'

export type Options = {
  /** Names of faults, or of planted bugs; undefined for all. */
  fault?: string[]
  /** Undefined for both. */
  stack?: StackName
  seed: number
  repeat: number
  jobs: number
  out?: string
  list: boolean
  planted: boolean
}

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 */
export function readOptions(argv: string[]): Options {
  return program().parse(argv).opts()
}

function program(): Command {
  return createCommand(
    'npm run faults --',
    'Breaks both stacks under load, one fault after another, heals them, and checks that nothing is lost.',
  )
    .option('--fault <names>', 'faults to inject, with commas (default: all)', names)
    .addOption(
      new Option('--stack <name>', 'one stack alone (default: both)').choices(['monolith', 'services']),
    )
    .option('--seed <n>', 'the same seed makes the same schedule', wholeNumber(0, 1_000_000), 1)
    .option('--repeat <n>', 'runs of each fault, with seeds that follow each other', wholeNumber(1, 1_000), 1)
    .option('--jobs <n>', 'runs at the same time', wholeNumber(1, 16), 1)
    .option('--out <dir>', 'where to write (default: results/faults-<time>)')
    .option('--list', 'print the faults and inject none', false)
    .option('--planted', 'run stacks with planted bugs, and fail unless each is caught', false)
}

const names = (text: string) => text.split(',').map((name) => name.trim())
