import { type Command, InvalidArgumentError, Option } from 'commander'
import { BUDGETS, type BudgetKind } from '../budget/budget.ts'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../overload/options.ts'
import type { StackName } from '../stacks/stack.ts'
import { VOIDS, type VoidKind } from './judge.ts'
import { FULL, QUICK } from './measure.ts'
import type { Objective } from './probe.ts'

const STACKS: StackName[] = ['monolith', 'services']
/** A buyer of the scenario waits no longer for the settling. */
const MOST_OBJECTIVE_MS = 10_000

export type Options = {
  stacks: StackName[]
  objective: Objective
  budget: BudgetKind
  /** How long each rate is offered. */
  seconds: number
  /** How often each rate near the edge is tried. */
  repeats: number
  halvings: number
  /** The first rate to try, and the most that may be, in orders a second. */
  from: number
  most: number
  seed: number
  /** What would make a probe void, and is not to. */
  tolerate: VoidKind[]
  quick: boolean
  out?: string
}

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 */
export function readOptions(argv: string[]): Options {
  const { stack, via: _, ...given } = program().parse(argv).opts()
  const stacks = stack === 'both' ? STACKS : [stack]
  const from = Math.min(given.from, given.most)
  return { ...(given.quick ? QUICK : FULL), ...given, from, stacks } as Options
}

function program(): Command {
  return createCommand(
    'npm run capacity --',
    'Finds the highest rate of orders that each stack holds within an objective.',
  )
    .addOption(new Option('--stack <name>', 'which stack').choices([...STACKS, 'both']).default('both'))
    .addOption(
      new Option('--objective <time>', '99 of 100 orders settle in less')
        .argParser(parseObjective)
        .default({ p99Ms: 250 }, '250ms'),
    )
    .addOption(
      new Option(
        '--budget <kind>',
        'fair: one core for the Node processes of each stack; colocated: with their servers; naive: all share all',
      )
        .choices(BUDGETS)
        .default('fair'),
    )
    .option('--seconds <n>', `how long each rate is offered (default: ${FULL.seconds})`, wholeNumber(1, 600))
    .option(
      '--repeats <n>',
      `how often each rate near the edge is tried (default: ${FULL.repeats})`,
      wholeNumber(1, 100),
    )
    .option('--from <n>', 'the first rate to try, orders a second', wholeNumber(1, 10_000), 100)
    .option('--most <n>', 'the highest rate to try, orders a second', wholeNumber(1, 10_000), 4_000)
    .option('--seed <n>', 'the same seed makes the same choices', wholeNumber(0, 1_000_000), 1)
    .addOption(
      new Option('--tolerate <kinds>', `count probes in spite of it, with commas: ${VOIDS.join(', ')}`)
        .argParser(parseVoids)
        .default([], 'none'),
    )
    .option('--out <dir>', 'where to write (default: results/capacity-<time>)')
    .option('--quick', `rates of ${QUICK.seconds}s, ${QUICK.repeats} repeats`, false)
    .addOption(new Option('--via <backend>', 'how the stacks run').choices(['local']).default('local'))
}

function parseObjective(text: string): Objective {
  const [, number, unit] = /^(\d+)(ms|s)$/.exec(text) ?? []
  const p99Ms = Number(number) * (unit === 's' ? 1000 : 1)
  if (p99Ms >= 1 && p99Ms <= MOST_OBJECTIVE_MS) return { p99Ms }
  throw new InvalidArgumentError('Write it as 250ms or 1s, from 1ms to 10s.')
}

function parseVoids(text: string): VoidKind[] {
  const given = text.split(',').map((kind) => kind.trim())
  const unknown = given.find((kind) => !VOIDS.includes(kind as VoidKind))
  if (unknown !== undefined) throw new InvalidArgumentError(`'${unknown}' is not one of ${VOIDS.join(', ')}.`)
  return given as VoidKind[]
}
