import type { Infra } from '../infra/infra.ts'
import type { Preload, ProcessName, Stack, StackName, StackOptions } from '../stacks/stack.ts'
import type { LoadOptions } from './load/schedule.ts'

/** The way from one kind of process to something that it needs, named `from-to`. */
export type LinkName =
  | 'monolith-postgres'
  | 'orders-postgres'
  | 'inventory-postgres'
  | 'orders-rabbitmq'
  | 'inventory-rabbitmq'
  | 'gateway-orders'
  | 'gateway-inventory'
  | 'orders-inventory'

/** What a link can be made to do. It stands for all connections from that kind of process, of every replica. */
export type LinkControl = {
  /** Delays every byte, both ways, in milliseconds each way. */
  latency(ms: number): void
  /** Ends the connections and refuses new ones. */
  cut(): void
  /** Keeps the connections and passes nothing on; new ones are accepted, and stay silent, too. */
  halfOpen(): void
  /** As if nothing had been. */
  heal(): void
}

/** Brings a fault's effect to an end. */
export type Heal = () => Promise<void>

/** What is done to a stack under load, and what it must survive. */
export type Fault = {
  /** `kill-orders`: small letters, digits and hyphens, unique among all faults. */
  name: string
  /** What a person reads in the matrix: `orders killed (SIGKILL)`. */
  title: string
  stacks: StackName[]
  setup?: FaultSetup
  /** How long it stays in force before it is healed, in milliseconds; a function draws it. Default 1000 to 2000, drawn. */
  lastsMs?: number | ((random: () => number) => number)
  /**
   * Starts the processes in place of the runner, which had them all planned and none started: for faults of the start. Resolves
   * at the moment from which recovery counts. What it finds wrong it tells by `violation`.
   */
  start?(context: FaultContext): Promise<void>
  /**
   * Brings the fault about, about a second into the load. Resolves once it is in force.
   * @returns what heals it; nothing for what heals itself: recovery then counts from the moment that this resolves
   */
  inject?(context: FaultContext): Promise<Heal | undefined>
  expect?: {
    /** Messages that must end in the dead letter queues; `context.expectDead` adds to it. Default 0. */
    dead?: number
    /** Not one attempt may fail, go unanswered, or be answered 5xx or 429. */
    noFailedRequest?: boolean
    /** Sentences of `Stack.stop()` that the fault itself brings about. */
    complaints?: RegExp[]
  }
}

export type FaultSetup = {
  replicas?: StackOptions['replicas']
  /** Planned beyond the replicas, in the lists of addresses, and not started: `orders-2`, say, for `stack.control.start`. */
  spares?: StackOptions['spares']
  /** Links that go through the lab's TCP proxy, and are then in `context.links`. */
  links?: LinkName[]
  /** What a process loads before its own code. @param name `orders-2`, @param kind `orders` */
  preload?: (name: string, kind: ProcessName) => Preload | undefined
  /** Environment of a process beyond its own. */
  env?: (name: string, kind: ProcessName) => Record<string, string> | undefined
  /** PostgreSQL and RabbitMQ of its own, because it harms them. */
  ownInfra?: boolean
  /** AMQP_QUEUE_LIMIT of orders and inventory: the most messages that a work queue holds. */
  queueLimit?: number
  /** Changes of the default load. */
  load?: Partial<LoadOptions>
  /** Arrivals end once the stack is healthy again, or when the load ends, whichever comes first. */
  loadUntilHealthy?: boolean
}

/** What a fault can reach. */
export type FaultContext = {
  stack: Stack
  infra: Infra
  /** Numbers in [0, 1) that follow from the run's seed and the fault's name. */
  random: () => number
  /** The links of `setup.links`. */
  links: Record<LinkName, LinkControl>
  /** Tells the log of events of something that was done or seen. */
  note(what: string): void
  /** Tells of something that must not happen. */
  violation(what: string): void
  /** This many more messages must end in the dead letter queues. */
  expectDead(count: number): void
}

/** A fault of the stack's own code, put there to show that the audit would see it. */
export type PlantedBug = Omit<Fault, 'stacks'> & {
  stack: StackName
  /** Must match one of the violations: `I2 stock adds up: ...`. Default: any will do. */
  caughtBy?: RegExp
}
