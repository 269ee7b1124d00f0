import type { Infra } from '../infra/infra.ts'

export type StackName = 'monolith' | 'services'
export type ProcessName = 'monolith' | 'gateway' | 'orders' | 'inventory'
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

/** URLs of the stack's databases, each for the role that owns it. */
export type StackDatabases = { monolith: string } | { orders: string; inventory: string }

/** A broker and the prefix of this stack's exchanges and queues on it. */
export type StackAmqp = { url: string; namespace: string }

export type StackProcess = {
  /** `orders`; a further replica is `orders-2`. */
  name: string
  pid: number
  /** Base URL, without a slash at its end. */
  url: string
  /** Where its log goes; undefined when the lines are handed over instead. */
  logFile?: string
}

export type Stack = {
  name: StackName
  /** Public base URL, of the monolith or of the first gateway, without a slash at its end. */
  url: string
  processes: StackProcess[]
  databases: StackDatabases
  amqp?: StackAmqp
  /**
   * Ends the processes by SIGTERM, or by SIGKILL after 12 s, then drops the databases, exchanges and queues.
   * @returns a sentence for each thing that was not in order: a process that had to be killed, ended with another code
   * than 0 or before its time, a connection or a queue that was left behind. Empty when all was in order.
   */
  stop(): Promise<string[]>
}

export type StackOptions = {
  infra: Pick<Infra, 'postgresUrl' | 'amqpUrl' | 'dir'>
  /** AUTH_SECRET of every process, 32 bytes or more. */
  secret: string
  /** Default `info`. */
  logLevel?: LogLevel
  /** `file`: into `infra.dir`. A function gets every line instead. Default `file`. */
  log?: 'file' | LogSink
  /** How many processes of each service. Default 1 each. */
  replicas?: { gateway?: number; orders?: number; inventory?: number }
  /** Ports of the first replicas. Default: free ones. */
  ports?: Partial<Record<ProcessName, number>>
  /** Is told, in a sentence, of a process that ends before it is stopped. */
  onEnd?: (sentence: string) => void
}

/** @param process name of the process, @param line what it wrote, without its line break */
export type LogSink = (line: string, process: string) => void
