import { type Command, InvalidArgumentError, Option } from 'commander'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'
import type { StackName } from '../stacks/stack.ts'

const STACKS: StackName[] = ['monolith', 'services']
const MOST_FACTOR = 20

export type Options = {
  stacks: StackName[]
  /** Loads, as multiples of the capacity, rising. */
  factors: number[]
  /** How long each load lasts. */
  seconds: number
  seed: number
  /** The capacity in orders a second, when it is not to be searched for. */
  rate?: number
  out?: string
}

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 */
export function readOptions(argv: string[]): Options {
  const { stack, ...given } = program().parse(argv).opts()
  return { ...given, stacks: stack === 'both' ? STACKS : [stack] } as Options
}

function program(): Command {
  return createCommand(
    'npm run overload --',
    'Offers each stack more orders than it can take, and reports how many it still settles.',
  )
    .addOption(new Option('--stack <name>', 'which stack').choices([...STACKS, 'both']).default('both'))
    .addOption(
      new Option('--factors <list>', 'loads in multiples of the capacity, with commas')
        .argParser(parseFactors)
        .default([1, 2, 3, 5], '1,2,3,5'),
    )
    .option('--seconds <n>', 'how long each load lasts', wholeNumber(1, 600), 10)
    .option(
      '--rate <n>',
      'take this many orders a second for the capacity (default: search)',
      wholeNumber(1, 10_000),
    )
    .option('--seed <n>', 'the same seed makes the same choices', wholeNumber(0, 1_000_000), 1)
    .option('--out <dir>', 'where to write (default: results/overload-<time>)')
}

function parseFactors(text: string): number[] {
  const factors = text.split(',').map((it) => (/^\d+(\.\d+)?$/.test(it.trim()) ? Number(it) : Number.NaN))
  if (factors.every((it) => it > 0 && it <= MOST_FACTOR))
    return [...new Set(factors)].toSorted((a, b) => a - b)
  throw new InvalidArgumentError(`Write it as 1,2,3,5, each above 0 and up to ${MOST_FACTOR}.`)
}
