import type { Call } from '../audit/goes-on.ts'
import type { Infra } from '../infra/infra.ts'
import type { Preload, ProcessName, Stack, StackName, StackOptions } from '../stacks/stack.ts'
import type { LoadOptions, OrderLine } from './load/schedule.ts'

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
  /** Those connections that are open now never pass anything on again, nor that they have closed; new ones work. Nothing heals it. */
  swallow(): void
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
  /**
   * For rounds of chaos: what no other fault of the round may hold or need: a process (`orders`), a server (`postgres`), a link
   * (`orders-postgres`), `load`.
   */
  holds?: string[]
  /** For rounds of chaos: what must be there for the fault to be brought about, and is shared with others that need it. */
  needs?: string[]
  /** Why it cannot be combined with another in a round of chaos. */
  alone?: string
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
    /** While the fault is in force, every such call is answered, and neither with 5xx nor 429 (I8). */
    goesOn?: Call[]
    /** Once the fault has been in force for so long, nobody waits for such calls, which cannot be served: they are refused (I8). */
    refusedSoon?: { call: Call; afterMs: number }
    /** Processes that say at every moment of the fault that they are ready. */
    staysReady?: ProcessName[]
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
  /** Nothing is sent to an address that does not say that it is ready, not even when none is. */
  strictBalancer?: boolean
  /** Facts are not tapped, so that one that no service wants is returned to its publisher. */
  untapped?: boolean
  /** How long the last order and message may take once the load has ended, in milliseconds. Default 30 000. */
  quietWithinMs?: number
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
  /** AUTH_SECRET of the stack. */
  secret: string
  /** Numbers in [0, 1) that follow from the run's seed and the fault's name. */
  random: () => number
  /** The links of `setup.links`. */
  links: Record<LinkName, LinkControl>
  /** Tells the log of events of something that was done or seen. */
  note(what: string): void
  /** Tells of something that must not happen. */
  violation(what: string): void
  /** Tells that the fault was not brought about: there was nothing to survive, which shows nothing. */
  ineffective(what: string): void
  /** Tells of an order that the fault itself asks for, so that it is not taken for one that nobody asked for. */
  asks(order: { subject: string; key: string; lines: OrderLine[] }): void
  /** This many more messages must end in the dead letter queues. */
  expectDead(count: number): void
}

/** A fault of the stack's own code, put there to show that the audit would see it. */
export type PlantedBug = Omit<Fault, 'stacks'> & {
  stack: StackName
  /** Must match one of the violations: `I2 stock adds up: ...`. Default: any will do. */
  caughtBy?: RegExp
}
