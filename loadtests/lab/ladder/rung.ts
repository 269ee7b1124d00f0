import type { Group } from '../sample/sampler.ts'
import type { StackAmqp, StackDatabases } from '../stacks/stack.ts'
import type { RungName } from './rungs.ts'

/** A rung that is there to be loaded. */
export type Rung = {
  name: RungName
  /** The application's processes, the outermost first; of the database rung none, as pgbench comes and goes with the load. */
  apps: Group[]
  /** PostgreSQL and RabbitMQ, as far as they were started here. */
  servers: Group[]
  databases: StackDatabases
  amqp?: StackAmqp
  /** How load gets to it. */
  reach: { url: string } | Pgbench
}

export type Pgbench = {
  pgbench: string
  databaseUrl: string
  products: number
  uuid: 'uuidv7()' | 'gen_random_uuid()'
}

/** All rungs that there are, and what starts and ends with them. */
export type Ladder = {
  rungs: Rung[]
  /** Rungs that are not there, and why, a sentence each. */
  missing: string[]
  /** AUTH_SECRET of all processes. */
  secret: string
  versions: { postgresql: string; rabbitmq: string }
  /** For logs and summaries; `stop` removes it. */
  dir: string
  /** Stops everything. Returns a sentence for each thing that was not in order. */
  stop(): Promise<string[]>
}
