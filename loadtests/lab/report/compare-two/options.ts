import { type Command, InvalidArgumentError } from 'commander'
import { createCommand } from '../../cli/command.ts'
import { tolerateOption } from '../../compare/options.ts'
import type { Rule } from '../../compare/result.ts'
import { UserError } from '../../infra/user-error.ts'

export type Options = {
  /** Directories of results: one, before and after, or more that are listed. */
  runs: string[]
  /** What runs are judged by anew, as far as it was given; the rest is as when they were measured. */
  rule: Partial<Rule>
  /** Files to write. */
  markdown?: string
  html?: string
  /** Percent beyond which more is a regression; undefined where none is looked for. */
  failOnRegression?: number
}

/**
 * Reads the command line.
 * @param argv as in `process.argv`
 * @throws CommanderError for help and for bad values
 * @throws UserError when something is asked of more or fewer runs than it is for
 */
export function readOptions(argv: string[]): Options {
  const command = program().parse(argv)
  const { failOnRegression, strict, tolerate, ...files } = command.opts()
  const isTolerateGiven = command.getOptionValueSource('tolerate') === 'cli'
  const options: Options = {
    runs: command.args,
    rule: { ...(strict !== undefined && { strict }), ...(isTolerateGiven && { tolerate }) },
    ...files,
  }
  if (failOnRegression !== undefined)
    options.failOnRegression = failOnRegression === true ? 0 : failOnRegression
  requireFitting(options)
  return options
}

function requireFitting({ runs, markdown, html, failOnRegression }: Options): void {
  const file = markdown ? '--markdown' : html ? '--html' : undefined
  if (runs.length === 1 && file)
    throw new UserError(
      `${file} takes two runs: npm run report -- <before> <after>. Of one run, the report is written beside its result.json.`,
    )
  if (runs.length > 2 && (html || failOnRegression !== undefined))
    throw new UserError(
      `${html ? '--html' : '--fail-on-regression'} takes two runs; of ${runs.length} there is a list, which --markdown writes.`,
    )
}

function program(): Command {
  return createCommand(
    'npm run report --',
    'Of one run: judges it and writes its report again. Of two: what is more, what is less, what cannot be told. Of more: a line for each.',
  )
    .argument('<runs...>', 'directories that npm run compare wrote; two are taken for before and after')
    .option('--strict', 'judge anew: blocks that were disturbed do not count')
    .option('--no-strict', 'judge anew: they do')
    .addOption(tolerateOption())
    .option('--markdown <file>', 'write what two or more runs come to as Markdown')
    .option('--html <file>', 'write what two runs come to as one HTML file, with a chart')
    .option(
      '--fail-on-regression [percent]',
      'exit with 1 when CPU time or median latency is surely more, by more than so many percent (default: 0); of two runs, or of one made with --against',
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
