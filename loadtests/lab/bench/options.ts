import { type Command, InvalidArgumentError } from 'commander'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'
import type { LoadName } from '../ladder/rungs.ts'
import { VOIDS, type VoidKind } from '../ladder/void.ts'

export type Options = {
  loads: LoadName[]
  rounds: number
  /** Measured part of a turn, in seconds. */
  seconds: number
  /** Orders a second; undefined: 30 % of the services' capacity, which is searched for. */
  rate?: number
  /** Reads a second. */
  readRate: number
  seed: number
  quick: boolean
  /** What is not to make a turn void. */
  tolerate: VoidKind[]
  out?: string
}

const FULL = { rounds: 5, seconds: 8 }
const QUICK = { rounds: 3, seconds: 4 }
const LOADS: LoadName[] = ['checkout', 'read']

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 */
export function readOptions(argv: string[]): Options {
  const { load, quick = false, ...given } = program().parse(argv).opts()
  const loads = load === undefined ? LOADS : [load as LoadName]
  return { ...(quick ? QUICK : FULL), ...given, quick, loads } as Options
}

function program(): Command {
  return createCommand(
    'npm run bench --',
    'Measures both stacks rung by rung, from the bare database up, and sets the ratios beside their aims.',
  )
    .option('--load <name>', 'checkout or read alone (default: both)', loadName)
    .option('--rounds <n>', `rounds, each rung once in each (default: ${FULL.rounds})`, wholeNumber(1, 50))
    .option('--seconds <n>', `how long each turn lasts (default: ${FULL.seconds})`, wholeNumber(1, 600))
    .option('--rate <n>', 'orders a second', wholeNumber(1, 10_000))
    .option('--read-rate <n>', 'reads a second', wholeNumber(1, 20_000), 400)
    .option('--seed <n>', 'the same seed makes the same choices', wholeNumber(0, 1_000_000), 1)
    .option(
      '--tolerate <kinds>',
      `count turns in spite of it, with commas: ${VOIDS.join(', ')}`,
      voidKinds,
      [],
    )
    .option('--quick', `${QUICK.rounds} rounds of ${QUICK.seconds} s: too few to judge by, enough to look`)
    .option('--out <dir>', 'where to write (default: results/bench-<time>)')
}

function voidKinds(text: string): VoidKind[] {
  const kinds = text.split(',').map((it) => it.trim())
  if (kinds.every((it): it is VoidKind => VOIDS.includes(it as VoidKind))) return kinds
  throw new InvalidArgumentError(`It must be some of ${VOIDS.join(', ')}.`)
}

function loadName(text: string): LoadName {
  if (LOADS.includes(text as LoadName)) return text as LoadName
  throw new InvalidArgumentError(`It must be ${LOADS.join(' or ')}.`)
}
