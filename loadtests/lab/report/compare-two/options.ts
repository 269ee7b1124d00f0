import { type Command, InvalidArgumentError } from 'commander'
import { createCommand } from '../../cli/command.ts'
import { UserError } from '../../infra/user-error.ts'

export type Options = {
  /** Directories of results: one, or before and after. */
  runs: [string] | [string, string]
  /** Files to write. */
  markdown?: string
  html?: string
  /** Percent beyond which more is a regression; undefined where none is looked for. */
  failOnRegression?: number
}

/** Options that say nothing of one run. */
const FOR_TWO: Record<string, string> = {
  markdown: '--markdown',
  html: '--html',
  failOnRegression: '--fail-on-regression',
}

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 * @throws UserError when something is asked of one run that takes two
 */
export function readOptions(argv: string[]): Options {
  const command = program().parse(argv)
  const { failOnRegression, ...files } = command.opts()
  const options: Options = { runs: command.args as Options['runs'], ...files }
  if (failOnRegression !== undefined)
    options.failOnRegression = failOnRegression === true ? 0 : failOnRegression
  const needsTwo = Object.keys(FOR_TWO).find((name) => name in options)
  if (options.runs.length === 1 && needsTwo)
    throw new UserError(
      `${FOR_TWO[needsTwo]} takes two runs: npm run report -- <before> <after>. Of one run, the report is written beside its result.json.`,
    )
  return options
}

function program(): Command {
  return createCommand(
    'npm run report --',
    'Compares two runs: what is more, what is less, what cannot be told. Of one run, writes its report again.',
  )
    .argument('<before>', 'the directory that npm run compare wrote')
    .argument('[after]', 'that of a later run')
    .option('--markdown <file>', 'write the comparison as Markdown')
    .option('--html <file>', 'write it as one HTML file, with charts')
    .option(
      '--fail-on-regression [percent]',
      'exit with 1 when a measure is surely more than so many percent worse (default: 0, beyond what the runs can resolve)',
      percent,
    )
}

function percent(text: string): number {
  const value = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN
  if (value <= 1_000) return value
  throw new InvalidArgumentError(
    'It must be a percentage from 0 to 1000; put the directories before the option.',
  )
}
