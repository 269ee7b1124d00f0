import { Argument, InvalidArgumentError } from 'commander'
import { createCommand } from '../cli/command.ts'
import { UserError } from '../infra/user-error.ts'
import type { StackAmqp, StackDatabases, StackName } from '../stacks/stack.ts'
import { readRunning } from '../up/running.ts'

type Target = { databases: StackDatabases; amqp?: StackAmqp }
export type AuditCommand = Target & { name: StackName; json: boolean; expectedDead: number; withinMs: number }

/**
 * Reads the command line; without addresses on it, the stack is the one that `npm run up` runs.
 * @throws CommanderError, UserError
 */
export async function readOptions(argv: string[]): Promise<AuditCommand> {
  const command = createCommand(
    'audit',
    'Checks what must always hold on the databases and queues of a stack at rest.',
  )
    .addArgument(new Argument('<stack>', 'which stack').choices(['monolith', 'services']))
    .option('--json', 'print the result as JSON', false)
    .option('--database-url <url>', "the monolith's database", databaseUrl)
    .option('--orders-database-url <url>', 'the database of orders', databaseUrl)
    .option('--inventory-database-url <url>', 'the database of inventory', databaseUrl)
    .option('--amqp-url <url>', 'the broker of the services', brokerUrl)
    .option('--namespace <name>', "prefix of the services' queues", 'shop')
    .option('--expected-dead <number>', 'how many dead letters there must be', wholeNumber, 0)
    .option('--within <seconds>', 'how long to wait for the last order and message', wholeNumber, 30)
    .parse(argv)
  const name = command.processedArgs[0] as StackName
  const { json, expectedDead, within, ...addresses } = command.opts()
  const given = name === 'monolith' ? givenMonolith(addresses) : givenServices(addresses)
  return { name, json, expectedDead, withinMs: within * 1000, ...(given ?? (await readRunning(name))) }
}

type Addresses = Partial<
  Record<'databaseUrl' | 'ordersDatabaseUrl' | 'inventoryDatabaseUrl' | 'amqpUrl', string>
>

function givenMonolith({ databaseUrl, ...others }: Addresses): Target | undefined {
  if (others.ordersDatabaseUrl || others.inventoryDatabaseUrl || others.amqpUrl) {
    throw new UserError('The monolith has one database and no broker: give --database-url alone.')
  }
  return databaseUrl ? { databases: { monolith: databaseUrl } } : undefined
}

function givenServices(addresses: Addresses & { namespace?: string }): Target | undefined {
  const { databaseUrl, ordersDatabaseUrl, inventoryDatabaseUrl, amqpUrl, namespace } = addresses
  if (!databaseUrl && !ordersDatabaseUrl && !inventoryDatabaseUrl && !amqpUrl) return undefined
  if (databaseUrl || !ordersDatabaseUrl || !inventoryDatabaseUrl || !amqpUrl) {
    throw new UserError(
      'The services need --orders-database-url, --inventory-database-url and --amqp-url, all three.',
    )
  }
  return {
    databases: { orders: ordersDatabaseUrl, inventory: inventoryDatabaseUrl },
    amqp: { url: amqpUrl, namespace: namespace! },
  }
}

const databaseUrl = (text: string) => urlOf(text, ['postgres:', 'postgresql:'])
const brokerUrl = (text: string) => urlOf(text, ['amqp:', 'amqps:'])

function urlOf(text: string, protocols: string[]): string {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
  throw new InvalidArgumentError(`It must begin with ${protocols[0]}//`)
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
