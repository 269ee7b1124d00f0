import { Option } from 'commander'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'
import type { StackName } from '../stacks/stack.ts'

const STACKS: StackName[] = ['monolith', 'services']

export type Options = {
  stacks: StackName[]
  /** Orders a second. */
  rate: number
  /** Of the round that orders are picked from, and of each that cost is measured in. */
  seconds: number
  costSeconds: number
  /** Pairs of rounds for the cost of tracing; 0 measures none. */
  pairs: number
  seed: number
  out?: string
}

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 */
export function readOptions(argv: string[]): Options {
  const { stack, ...given } = createCommand(
    'npm run trace --',
    'Follows orders through both stacks by OpenTelemetry, draws where the time goes, and measures what that costs.',
  )
    .addOption(new Option('--stack <name>', 'which stack').choices([...STACKS, 'both']).default('both'))
    .option('--rate <n>', 'orders a second', wholeNumber(1, 10_000), 60)
    .option('--seconds <n>', 'how long orders are followed', wholeNumber(1, 600), 15)
    .option('--pairs <n>', 'pairs of rounds for the cost of tracing; 0 for none', wholeNumber(0, 100), 6)
    .option('--cost-seconds <n>', 'how long each of those rounds lasts', wholeNumber(1, 600), 8)
    .option('--seed <n>', 'the same seed makes the same choices', wholeNumber(0, 1_000_000), 1)
    .option('--out <dir>', 'where to write (default: results/trace-<time>)')
    .parse(argv)
    .opts()
  return { ...given, stacks: stack === 'both' ? STACKS : [stack] } as Options
}

/** The command that repeats the run, with every option written out but the place of the results. */
export function commandOf({ stacks, out: _, costSeconds, ...rest }: Options): string {
  const options = { stack: stacks.length === 2 ? 'both' : stacks[0], ...rest, 'cost-seconds': costSeconds }
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`)
  return `npm run trace -- ${words.join(' ')}`
}
