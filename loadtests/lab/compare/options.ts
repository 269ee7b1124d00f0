import { type Command, InvalidArgumentError, Option } from 'commander'
import { BUDGETS, type BudgetKind } from '../budget/budget.ts'
import { createCommand } from '../cli/command.ts'
import type { StackName } from '../stacks/start.ts'
import { type Scenario, scenarios } from './scenarios.ts'
import { VOIDS, type VoidKind } from './void.ts'

const STACKS: StackName[] = ['monolith', 'services']
const FULL = { rounds: 10, duration: 15, warmUp: 4 }
const QUICK = { rounds: 5, duration: 5, warmUp: 2 }

export type Options = {
  scenario: Scenario
  stacks: StackName[]
  rounds: number
  /** Measured seconds of each round. */
  duration: number
  /** Seconds of load before each measured part, whose figures are dropped. */
  warmUp: number
  /** Iterations started each second. */
  rate: number
  seed: number
  out?: string
  quick: boolean
  via: 'local' | 'docker'
  budget: BudgetKind
  /** What would make a round void, and is not to. */
  tolerate: VoidKind[]
  /** Where k6 sends its figures as well. */
  prometheus?: string
}

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 */
export function readOptions(argv: string[]): Options {
  const command = program().parse(argv)
  const given = command.opts()
  if (given.via === 'docker' && given.budget !== 'fair')
    command.error(
      "error: --budget is for processes of this machine; with --via docker, Docker's limits hold.",
    )
  const scenario = scenarios.find(({ name }) => name === given.scenario)!
  return { ...(given.quick ? QUICK : FULL), rate: scenario.rate, ...given, scenario } as Options
}

function program(): Command {
  const names = scenarios.map(({ name }) => name)
  return createCommand(
    'npm run compare --',
    'Puts both stacks under the same load, round by round, and reports what differs.',
  )
    .addOption(new Option('--scenario <name>', 'what the load does').choices(names).default('checkout'))
    .addOption(
      new Option('--stacks <names>', 'stacks to load, with commas')
        .argParser(parseStacks)
        .default(STACKS, 'both'),
    )
    .option(
      '--rounds <n>',
      `blocks of one round for each stack (default: ${FULL.rounds})`,
      wholeNumber(1, 100),
    )
    .option('--duration <time>', `measured part of a round (default: ${FULL.duration}s)`, parseSeconds)
    .option(
      '--warm-up <time>',
      `load before it that is not measured (default: ${FULL.warmUp}s)`,
      parseSeconds,
    )
    .option('--rate <n>', 'iterations started each second (default: by scenario)', wholeNumber(1, 10_000))
    .option(
      '--seed <n>',
      'the same seed makes the same catalogue and the same choices',
      wholeNumber(0, 1_000_000),
      1,
    )
    .option('--out <dir>', 'where to write (default: results/<time>-<scenario>-<seed>)')
    .option('--quick', `${QUICK.rounds} rounds of ${QUICK.duration}s: about three minutes`, false)
    .addOption(
      new Option('--via <backend>', 'how the stacks run').choices(['local', 'docker']).default('local'),
    )
    .addOption(
      new Option(
        '--budget <kind>',
        'fair: the Node processes of each stack share one core; colocated: with their servers; naive: whoever takes it has it',
      )
        .choices(BUDGETS)
        .default('fair'),
    )
    .addOption(
      new Option('--tolerate <kinds>', `count rounds in spite of it, with commas: ${VOIDS.join(', ')}`)
        .argParser(parseVoids)
        .default([], 'none'),
    )
    .addOption(
      new Option('--prometheus <url>', 'remote-write address to which k6 sends its figures, too').argParser(
        parseUrl,
      ),
    )
}

function parseVoids(text: string): VoidKind[] {
  const given = text.split(',').map((kind) => kind.trim())
  const unknown = given.find((kind) => !VOIDS.includes(kind as VoidKind))
  if (unknown !== undefined) throw new InvalidArgumentError(`'${unknown}' is not one of ${VOIDS.join(', ')}.`)
  return given as VoidKind[]
}

function parseUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new InvalidArgumentError('Write it as http://127.0.0.1:9090/api/v1/write.')
}

function parseStacks(text: string): StackName[] {
  const wanted = text.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !STACKS.includes(name as StackName))
  if (unknown !== undefined)
    throw new InvalidArgumentError(`'${unknown}' is not one of ${STACKS.join(', ')}.`)
  return STACKS.filter((name) => wanted.includes(name))
}

/** Seconds of `30s`, `2m` or `30`. */
function parseSeconds(text: string): number {
  const [, number, unit] = /^(\d+)(s|m)?$/.exec(text) ?? []
  const seconds = Number(number) * (unit === 'm' ? 60 : 1)
  if (!(seconds >= 1 && seconds <= 3600))
    throw new InvalidArgumentError('Write it as 30s or 2m, from 1s to 60m.')
  return seconds
}

function wholeNumber(least: number, most: number) {
  return (text: string) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}
