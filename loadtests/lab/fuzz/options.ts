import { Option } from 'commander'
import { createCommand } from '../cli/command.ts'
import { wholeNumber } from '../cli/whole-number.ts'

export type FuzzCommand = { requests: number; seed: number; stack: 'both' | 'monolith' | 'services' }

/** Reads the command line. @throws CommanderError */
export function readOptions(argv: string[]): FuzzCommand {
  return createCommand(
    'npm run fuzz --',
    'Sends generated requests, good and spoilt, and looks at every answer and at what is left in the databases.',
  )
    .option('--requests <n>', 'how many to send to each stack', wholeNumber(1, 1_000_000), 1_000)
    .option('--seed <n>', 'the same seed makes the same requests', wholeNumber(0, 2_000_000_000), 1)
    .addOption(
      new Option('--stack <name>', 'which stack').choices(['both', 'monolith', 'services']).default('both'),
    )
    .parse(argv)
    .opts<FuzzCommand>()
}
