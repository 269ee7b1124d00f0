import { type Command, InvalidArgumentError, Option } from 'commander'
import { BUDGETS, type BudgetKind } from '../budget/budget.ts'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'
import type { StackName } from '../stacks/start.ts'
import { SOFT, type SoftKind } from './marks.ts'
import { type Scenario, scenarios } from './scenarios.ts'

const STACKS: StackName[] = ['monolith', 'services']

/** A full run repeats what varies most, the start of the processes; a quick one has time for one. */
const FULL = { duration: 8, lead: 2, time: 15 * 60, blocksPerStart: 2 }
const QUICK = { duration: 4, lead: 1, time: 3 * 60, blocksPerStart: null }

export type Options = {
  scenario: Scenario
  stacks: StackName[]
  /** A revision to hold the working tree against. */
  against?: string
  /** How many blocks; without it, until it is known. */
  blocks?: number
  /** How long blocks are measured at most, in seconds. */
  time: number
  /** Seconds of each round whose latencies count. */
  duration: number
  /** Seconds at the front of each round whose latencies do not count. */
  lead: number
  /** Blocks on one start of the processes; null: all. */
  blocksPerStart: number | null
  /** Iterations started each second; without it, fitted to the machine. */
  rate?: number
  /** What the work follows from. */
  seed: number
  /** What the order of the measurements follows from. */
  orderSeed: number
  out?: string
  quick: boolean
  via: 'local' | 'docker'
  budget: BudgetKind
  /** Blocks that were disturbed do not count. */
  strict: boolean
  /** What is not to mark a round. */
  tolerate: SoftKind[]
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
  if (given.against !== undefined && given.via === 'docker')
    command.error('error: --against is for processes of this machine, not for --via docker.')
  if (given.against !== undefined && given.stacks?.length === 2)
    command.error('error: --against takes one stack: --stacks monolith or --stacks services.')
  const scenario = scenarios.find(({ name }) => name === given.scenario)!
  const { orderSeed = Date.now() % 1_000_000, ...rest } = given
  return { stacks: STACKS, ...(given.quick ? QUICK : FULL), ...rest, orderSeed, scenario } as Options
}

function program(): Command {
  const names = scenarios.map(({ name }) => name)
  return createCommand(
    'npm run compare --',
    'Puts both stacks under the same load, in balanced blocks, and reports what differs and how sure that is.',
  )
    .addOption(new Option('--scenario <name>', 'what the load does').choices(names).default('checkout'))
    .addOption(
      new Option('--stacks <names>', 'stacks to load, with commas (default: both)').argParser(parseStacks),
    )
    .option('--against <revision>', 'hold one stack of the working tree against itself at a commit')
    .option('--quick', 'at most three minutes, on one start of the processes', false)
    .option(
      '--time <time>',
      'how long to measure at most; it ends sooner when the CPU ratio is known to 5 % and that of the median to 10 % (default: 15m, quick 3m)',
      parseSeconds,
    )
    .option('--blocks <n>', 'so many blocks of four rounds, known or not', wholeNumber(1, 1000))
    .option(
      '--duration <time>',
      `measured part of a round (default: ${FULL.duration}s, quick ${QUICK.duration}s)`,
      parseSeconds,
    )
    .option(
      '--lead <time>',
      `load before it whose latencies do not count (default: ${FULL.lead}s, quick ${QUICK.lead}s)`,
      parseSeconds,
    )
    .option(
      '--rate <n>',
      'iterations started each second (default: what this machine can be asked for)',
      wholeNumber(1, 10_000),
    )
    .option(
      '--seed <n>',
      'the same seed makes the same catalogue and the same choices',
      wholeNumber(0, 1_000_000),
      1,
    )
    .option(
      '--order-seed <n>',
      'what the order of the measurements follows from (default: the clock)',
      wholeNumber(0, 1_000_000),
    )
    .option('--out <dir>', 'where to write (default: results/<time>-<scenario>)')
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
    .option('--strict', 'blocks that were disturbed do not count; exit with 1 when too few do', false)
    .addOption(tolerateOption())
    .addOption(
      new Option('--prometheus <url>', 'remote-write address to which k6 sends its figures, too').argParser(
        parseUrl,
      ),
    )
}

/** `--tolerate`, for every command that judges rounds. */
export const tolerateOption = (): Option =>
  new Option('--tolerate <kinds>', `do not mark rounds for it, with commas: ${SOFT.join(', ')}`)
    .argParser(parseKinds)
    .default([], 'none')

function parseKinds(text: string): SoftKind[] {
  const given = text.split(',').map((kind) => kind.trim())
  const unknown = given.find((kind) => !SOFT.includes(kind as SoftKind))
  if (unknown !== undefined) throw new InvalidArgumentError(`'${unknown}' is not one of ${SOFT.join(', ')}.`)
  return given as SoftKind[]
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
  if (!(seconds >= 1 && seconds <= 24 * 3600))
    throw new InvalidArgumentError('Write it as 30s or 2m, from 1s to 24 hours.')
  return seconds
}
