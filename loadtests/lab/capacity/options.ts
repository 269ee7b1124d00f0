import { type Command, InvalidArgumentError, Option } from 'commander'
import { BUDGETS, type BudgetKind } from '../budget/budget.ts'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'
import type { StackName } from '../stacks/stack.ts'
import { DISTURBANCES, type DisturbanceKind } from './disturbances.ts'
import { LEAST_PROBES } from './estimate.ts'
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
  /** Disturbances that are to explain nothing. */
  tolerate: DisturbanceKind[]
  /** Whether a run is refused of which a disturbance leaves something open. */
  strict: boolean
  quick: boolean
  out?: string
}

/** How much of it a search does. */
const FULL = { seconds: 5, halvings: 2, repeats: 3 }
const QUICK = { seconds: 3, halvings: 1, repeats: 2 }

const DEFAULTS: Omit<Options, keyof typeof FULL> = {
  stacks: STACKS,
  objective: { p99Ms: 250 },
  budget: 'fair',
  from: 100,
  most: 4_000,
  seed: 1,
  tolerate: [],
  strict: false,
  quick: false,
}

/** What the command takes when nobody says otherwise; for searches that other commands make, too. */
export const defaultOptions = (quick = false): Options => ({ ...DEFAULTS, quick, ...(quick ? QUICK : FULL) })

/** The least rate that is tried: below it, the slowest of a handful of orders would decide. */
const LEAST = 10

/** What a search takes from the options. */
export const searchOf = ({ objective, seconds, repeats, halvings, from, most, seed, tolerate }: Options) => ({
  objective,
  seconds,
  repeats,
  seed,
  tolerate,
  limits: { first: from, least: Math.min(LEAST, from), most, halvings },
})

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 */
export function readOptions(argv: string[]): Options {
  const { stack, via: _, ...given } = program().parse(argv).opts()
  const stacks = stack === 'both' ? STACKS : [stack]
  const from = Math.min(given.from, given.most)
  return { ...defaultOptions(given.quick), ...given, from, stacks }
}

function program(): Command {
  const { objective, budget, from, most, seed, tolerate, strict, quick } = DEFAULTS
  return createCommand(
    'npm run capacity --',
    'Finds the highest rate of orders that each stack holds within an objective.',
  )
    .addOption(new Option('--stack <name>', 'which stack').choices([...STACKS, 'both']).default('both'))
    .addOption(
      new Option('--objective <time>', '99 of 100 orders settle in less')
        .argParser(parseObjective)
        .default(objective, `${objective.p99Ms}ms`),
    )
    .addOption(
      new Option(
        '--budget <kind>',
        'fair: one core for the Node processes of each stack; colocated: with their servers; naive: all share all',
      )
        .choices(BUDGETS)
        .default(budget),
    )
    .option('--seconds <n>', `how long each rate is offered (default: ${FULL.seconds})`, wholeNumber(1, 600))
    .option(
      '--repeats <n>',
      `how often each rate near the edge is tried, twice at least (default: ${FULL.repeats})`,
      wholeNumber(LEAST_PROBES, 100),
    )
    .option('--from <n>', 'the first rate to try, orders a second', wholeNumber(1, 10_000), from)
    .option('--most <n>', 'the highest rate to try, orders a second', wholeNumber(1, 10_000), most)
    .option('--seed <n>', 'the same seed makes the same choices', wholeNumber(0, 1_000_000), seed)
    .addOption(
      new Option(
        '--tolerate <kinds>',
        `let no failure be explained by it, with commas: ${DISTURBANCES.join(', ')}`,
      )
        .argParser(parseDisturbances)
        .default(tolerate, 'none'),
    )
    .option('--strict', 'exit with 1 when a disturbance leaves something open', strict)
    .option('--out <dir>', 'where to write (default: results/capacity-<time>)')
    .option('--quick', `rates of ${QUICK.seconds}s, ${QUICK.repeats} repeats`, quick)
    .addOption(new Option('--via <backend>', 'how the stacks run').choices(['local']).default('local'))
}

function parseObjective(text: string): Objective {
  const [, number, unit] = /^(\d+)(ms|s)$/.exec(text) ?? []
  const p99Ms = Number(number) * (unit === 's' ? 1000 : 1)
  if (p99Ms >= 1 && p99Ms <= MOST_OBJECTIVE_MS) return { p99Ms }
  throw new InvalidArgumentError('Write it as 250ms or 1s, from 1ms to 10s.')
}

function parseDisturbances(text: string): DisturbanceKind[] {
  const given = text.split(',').map((kind) => kind.trim())
  const unknown = given.find((kind) => !DISTURBANCES.includes(kind as DisturbanceKind))
  if (unknown === undefined) return given as DisturbanceKind[]
  throw new InvalidArgumentError(`'${unknown}' is not one of ${DISTURBANCES.join(', ')}.`)
}
