import type { AmqpUsers } from '../infra/broker-users.ts'
import type { Infra } from '../infra/infra.ts'

export type StackName = 'monolith' | 'services'
export type ProcessName = 'monolith' | 'gateway' | 'orders' | 'inventory'
/** What a process depends on. */
export type Dependency = 'postgres' | 'rabbitmq' | 'orders' | 'inventory'
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

/** URLs of the stack's databases, each for one role. */
export type StackDatabases = { monolith: string } | { orders: string; inventory: string }

/** A broker, as an administrator and as the services' own users, and the prefix of this stack's exchanges and queues on it. */
export type StackAmqp = { url: string; users?: AmqpUsers; namespace: string }

export type StackProcess = {
  /** `orders`; a further replica is `orders-2`. */
  name: string
  pid: number
  /** Base URL, without a slash at its end. */
  url: string
  /** Where its log goes; undefined when the lines are handed over instead. */
  logFile?: string
}

/** What Node loads into a process before the process's own code: for tests of the lab, never for the shop itself. */
export type Preload = {
  /** Absolute paths of modules, in order. */
  imports: string[]
  env?: Record<string, string>
  /** The most files, connections among them, that it may have open. Default: what this command may. */
  openFiles?: number
}

/** Makes single processes of a stack come and go. Names are those of `Stack.planned`. */
export type StackControl = {
  isRunning(name: string): boolean
  /** Sends a signal; an end that follows from it is no complaint. */
  signal(name: string, signal: NodeJS.Signals): void
  /** From now on it is no complaint when this process ends by itself. */
  allowEnd(name: string): void
  /** Resolves, once it has ended, to its exit code or the signal that ended it; at once when it does not run. */
  ended(name: string): Promise<number | NodeJS.Signals>
  /**
   * Ends a process by SIGTERM, or by SIGKILL after 12 s.
   * @returns a sentence for each thing that was not in order
   */
  stop(name: string): Promise<string[]>
  /**
   * Starts a process that does not run, with what it was planned with. Resolves when it has been spawned.
   * @param preload instead of that of the plan; null for none
   */
  start(name: string, preload?: Preload | null): Promise<void>
  /** Resolves when the process says that it is ready. @throws UserError when it ends, or 30 s pass */
  ready(name: string): Promise<void>
}

export type Stack = {
  name: StackName
  /** Public base URL, of the monolith or of the first gateway, without a slash at its end. */
  url: string
  /** The public base URLs of all monoliths or gateways that were planned. */
  urls: string[]
  /** The processes that run now. */
  readonly processes: StackProcess[]
  /** All that were planned, spares among them. */
  planned: { name: string; kind: ProcessName; url: string }[]
  control: StackControl
  /** For the roles that the processes run with, which read and write rows. */
  databases: StackDatabases
  /** For the roles that own them, which change schemas. */
  owners: StackDatabases
  amqp?: StackAmqp
  /**
   * Ends the processes by SIGTERM, or by SIGKILL after 12 s, then drops the databases, exchanges and queues.
   * @returns a sentence for each thing that was not in order: a process that had to be killed, ended with another code
   * than 0 or before its time, a connection or a queue that was left behind. Empty when all was in order.
   */
  stop(): Promise<string[]>
}

export type StackOptions = {
  infra: Pick<Infra, 'postgresUrl' | 'amqpUrl' | 'amqpUsers' | 'dir'>
  /**
   * The checkout whose code the processes run, without a slash at its end. Default: this one. They start with nothing
   * compiled before: where two checkouts are held against each other, give this one by its name, too.
   */
  root?: string
  /** AUTH_SECRET of every process, 32 bytes or more. */
  secret: string
  /** Default `info`. */
  logLevel?: LogLevel
  /** `file`: into `infra.dir`. A function gets every line instead. Default `file`. */
  log?: 'file' | LogSink
  /** How many processes of each kind. Default 1 each. */
  replicas?: Partial<Record<ProcessName, number>>
  /** Processes beyond the replicas, which others know the addresses of, and which are not started. Default none. */
  spares?: Partial<Record<ProcessName, number>>
  /** Default true. False: all are planned, none is started. */
  start?: boolean
  /** Environment of a process beyond its own. @param name `orders-2`, @param kind `orders` */
  env?: (name: string, kind: ProcessName) => Record<string, string> | undefined
  /** What a process loads before its own code. */
  preload?: (name: string, kind: ProcessName) => Preload | undefined
  /** The address under which a kind of process reaches what it depends on, in place of the one given. */
  via?: (from: ProcessName, to: Dependency, url: string) => Promise<string> | string
  /** Ports of the first replicas. Default: free ones. */
  ports?: Partial<Record<ProcessName, number>>
  /** Is told, in a sentence, of a process that ends before it is stopped. */
  onEnd?: (sentence: string) => void
}

/** @param process name of the process, @param line what it wrote, without its line break */
export type LogSink = (line: string, process: string) => void
