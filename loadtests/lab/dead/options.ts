import { InvalidArgumentError } from 'commander'
import { createCommand } from '../cli/command.ts'
import { UserError } from '../infra/user-error.ts'
import type { StackAmqp } from '../stacks/stack.ts'
import { readRunning } from '../up/running.ts'

export type Action = { name: 'list' } | { name: 'show'; id: string } | { name: 'redrive'; ids: string[] }
type Given = { list?: true; show?: string; redrive?: true | string[]; url?: string; namespace: string }

/**
 * Reads the command line; without an address on it, or in AMQP_URL, the broker is that of the stack that `npm run up` runs.
 * @throws CommanderError, UserError
 */
export async function readOptions(argv: string[]): Promise<{ amqp: StackAmqp; action: Action }> {
  const command = createCommand('dead', 'Shows the dead letters of the services, and sends them again.')
    .option('--list', 'list them all')
    .option('--show <id>', 'show one whole, and why its consumer cannot read it')
    .option('--redrive [ids...]', 'send these, or all, to the queue that they were in')
    .option('--url <url>', 'the broker, for a user that may read all. Default: AMQP_URL', brokerUrl)
    .option('--namespace <name>', "prefix of the services' queues", 'shop')
    .parse(argv)
  const given = command.opts<Given>()
  const action = actionOf(given)
  const url = given.url ?? (process.env.AMQP_URL || undefined)
  const { namespace } = given
  if (url) return { amqp: { url: brokerUrl(url), namespace }, action }
  const { amqp } = await readRunning('services')
  return { amqp: amqp!, action }
}

function actionOf({ list, show, redrive }: Given): Action {
  const actions: Action[] = []
  if (list) actions.push({ name: 'list' })
  if (show !== undefined) actions.push({ name: 'show', id: show })
  if (redrive) actions.push({ name: 'redrive', ids: redrive === true ? [] : redrive })
  if (actions.length === 1) return actions[0]!
  throw new UserError('Give one of --list, --show ID and --redrive [ID...]')
}

function brokerUrl(text: string): string {
  if (URL.canParse(text) && /^amqps?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('It must begin with amqp://')
}
