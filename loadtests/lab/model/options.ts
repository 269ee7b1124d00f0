import { InvalidArgumentError } from 'commander'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'

export type ModelCommand = { commands: number; seed: number; path?: string }

/** Reads the command line. @throws CommanderError */
export function readOptions(argv: string[]): ModelCommand {
  return createCommand(
    'npm run model --',
    'Runs random commands of several customers on both stacks and on a model of the shop, and holds them together.',
  )
    .option('--commands <n>', 'how many commands to run', wholeNumber(1, 1_000_000), 1_000)
    .option('--seed <n>', 'the same seed makes the same commands', wholeNumber(0, 2_000_000_000), 1)
    .option('--path <path>', 'with its seed: one run that failed, and no other', runPath)
    .parse(argv)
    .opts<ModelCommand>()
}

function runPath(text: string): string {
  if (/^\d+(:\d+)*$/.test(text)) return text
  throw new InvalidArgumentError('Write it as it was printed, such as 12:0:3.')
}
