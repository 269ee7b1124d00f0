import { createCommand } from '../cli/command.ts'
import { UserError } from '../infra/user-error.ts'

export type ContractCommand = { targets: { name: string; url: string }[]; only: string | undefined }

/** Reads the command line. @throws CommanderError, UserError */
export function readOptions(argv: string[]): ContractCommand {
  const command = createCommand(
    'contract',
    'Runs the contract suite against running stacks, one column each.',
  )
    .requiredOption('--url <url>', 'base URL of a stack; several times for several columns', collect, [])
    .option('--name <name>', 'title of its column, in the order of the URLs', collect, [])
    .option('--only <text>', 'only the cases whose name contains this')
    .addHelpText(
      'after',
      '\nAUTH_SECRET must be the one that the stacks run with. Default: the one of this checkout.',
    )
    .parse(argv)
  const { url: urls, name: names, only } = command.opts<{ url: string[]; name: string[]; only?: string }>()
  if (urls.length === 0) throw new UserError('Give at least one --url, such as --url http://127.0.0.1:3000')
  if (names.length > urls.length)
    throw new UserError(`There are ${names.length} names for ${urls.length} URLs.`)
  return { targets: urls.map((url, i) => ({ url: checked(url), name: names[i] ?? new URL(url).host })), only }
}

const collect = (value: string, earlier: string[]) => [...earlier, value]

function checked(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw new UserError(`--url ${url} is no URL. Write it as http://127.0.0.1:3000`)
}
