import './cli/own-environment.ts'

import { type Caller, signToken } from '@shop/shared/runtime/auth.ts'
import { Option } from 'commander'
import { createCommand, runCommand } from './cli/command.ts'
import { authSecret } from './cli/secret.ts'
import { UserError } from './infra/user-error.ts'

if (import.meta.main) await runCommand(main)

async function main() {
  const command = createCommand('token', 'Prints a token that the stacks of this checkout take.')
    .requiredOption('--sub <name>', 'who it is for: 1 to 128 visible ASCII characters')
    .addOption(
      new Option('--role <role>', 'what they may do').choices(['customer', 'admin']).makeOptionMandatory(),
    )
    .option('--expires <time>', 'when it expires, from now: 90s, 15m, 1h, 7d', '1h')
    .parse()
  const { sub, role, expires } = command.opts<Caller & { expires: string }>()
  if (!/^[\x21-\x7e]{1,128}$/.test(sub))
    throw new UserError('--sub must be 1 to 128 visible ASCII characters, without spaces.')
  console.log(await sign(await authSecret(), { sub, role }, expires))
  return 0
}

async function sign(secret: string, caller: Caller, expires: string): Promise<string> {
  try {
    return await signToken(secret, caller, expires)
  } catch (error) {
    // The library reads the time, and refuses it by a TypeError.
    if (error instanceof TypeError)
      throw new UserError(`--expires ${expires} is no time. Write it as 90s, 15m, 1h or 7d.`)
    throw error
  }
}
