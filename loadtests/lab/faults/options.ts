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
  /** Two faults at a time, drawn, round after round. */
  chaos: boolean
  /** How long rounds of chaos begin and end. */
  minutes: number
  /** How many rounds of chaos at most; undefined for as many as there is time for. */
  rounds?: number
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
    .option('--chaos', 'two faults at a time, drawn, one round after another', false)
    .option('--minutes <n>', 'how long rounds of chaos go on', wholeNumber(1, 10_000), 10)
    .option(
      '--rounds <n>',
      'rounds of chaos at most (default: as many as there is time for)',
      wholeNumber(1, 100_000),
    )
    .option('--planted', 'run stacks with planted bugs, and fail unless each is caught', false)
}

const names = (text: string) => text.split(',').map((name) => name.trim())
