import { Argument, InvalidArgumentError } from 'commander'
import { createCommand } from '../cli/command.ts'
import { UserError } from '../infra/user-error.ts'
import type { LogLevel, ProcessName, StackName } from '../stacks/stack.ts'

export type UpOptions = {
  stacks: StackName[]
  ports: Record<ProcessName, number>
  products: number
  stockEach: number
  seed: number
  logLevel: LogLevel
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Reads the command line. @throws CommanderError, UserError */
export function readOptions(argv: string[]): UpOptions {
  const command = createCommand(
    'up',
    'Starts one or both stacks, fills them, and follows their logs until Ctrl-C.',
  )
    .addArgument(new Argument('[stack]', 'which stack; both when left out').choices(['monolith', 'services']))
    .option('--monolith-port <port>', 'port of the monolith', port, 3000)
    .option('--gateway-port <port>', 'port of the gateway', port, 4000)
    .option('--orders-port <port>', 'port of orders', port, 4001)
    .option('--inventory-port <port>', 'port of inventory', port, 4002)
    .option('--products <number>', 'how many products the catalogue has', wholeNumber, 48)
    .option('--stock <number>', 'how many pieces of each', wholeNumber, 1_000)
    .option('--seed <number>', 'which catalogue: the same seed, the same products and prices', wholeNumber, 1)
    .addHelpText('after', `\nLOG_LEVEL sets how much the stacks log: ${LEVELS.join(', ')}. Default: debug.`)
    .parse(argv)
  const { monolithPort, gatewayPort, ordersPort, inventoryPort, products, stock, seed } = command.opts()
  const [stack] = command.processedArgs as [StackName | undefined]
  return {
    stacks: stack ? [stack] : ['monolith', 'services'],
    ports: { monolith: monolithPort, gateway: gatewayPort, orders: ordersPort, inventory: inventoryPort },
    products,
    stockEach: stock,
    seed,
    logLevel: logLevel(process.env.LOG_LEVEL || 'debug'),
  }
}

function port(text: string): number {
  const number = wholeNumber(text)
  if (number < 1 || number > 65_535) throw new InvalidArgumentError('It must be from 1 to 65535.')
  return number
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

function logLevel(text: string): LogLevel {
  if (!LEVELS.includes(text))
    throw new UserError(`LOG_LEVEL is ${text}; it must be one of ${LEVELS.join(', ')}.`)
  return text as LogLevel
}
