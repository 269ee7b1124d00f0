import type { AmqpUsers } from './broker-users.ts'
import { readFound } from './found.ts'
import type { BrokerOutage } from './outage.ts'
import { attachRabbitmq } from './rabbitmq-attach.ts'
import { startRabbitmqContainer } from './rabbitmq-docker.ts'
import { startRabbitmqNode } from './rabbitmq-node.ts'
import { UserError } from './user-error.ts'

export type Rabbitmq = {
  /** As an administrator. */
  url: string
  /** As the services' own users, which have the rights they need and no more; only where it was started here. */
  users?: AmqpUsers
  /** The Erlang VM, when it was started here, is ready, and this machine's process table shows it. */
  readonly pid?: number
  /** Resolves when it accepts AMQP connections. @throws UserError when it never will; it is stopped then */
  ready: Promise<void>
  /** Makes it go and come back; undefined for a broker that was not started here. */
  outage?: BrokerOutage
  stop(): Promise<void>
}

/**
 * Starts RabbitMQ as the project's own node, with its data in `dir`, on free ports of 127.0.0.1; or as a container; or
 * attaches to `AMQP_URL`. Resolves as soon as its address is known, so that what needs it can start meanwhile.
 * @throws UserError when it does not start
 */
export async function startRabbitmq({ dir }: { dir: string }): Promise<Rabbitmq> {
  if (process.env.AMQP_URL) return attachRabbitmq(process.env.AMQP_URL)
  const found = readFound().rabbitmq
  if (found.kind === 'server') return startRabbitmqNode(found.path, dir, found.erl)
  if (found.kind === 'docker') return startRabbitmqContainer(found.image)
  throw new UserError(
    'The set-up was made with AMQP_URL, which is not set now. Set it, or run: npm run setup',
  )
}
