/** Makes a server that was started here go, and come back on the same data and port. */
export type Outage = {
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it by SIGKILL. */
  kill(): Promise<void>
  /** Starts it again. Resolves when it can be used. @throws UserError when it does not start */
  start(): Promise<void>
}

/** What can be done to a broker that was started here. */
export type BrokerOutage = Outage & {
  /** Raises the alarm that the disk is nearly full, which blocks all who publish, or lifts it. */
  diskAlarm(raised: boolean): Promise<void>
  /** Runs `rabbitmqctl` on it. @throws when that fails */
  ctl(...args: string[]): Promise<void>
}

/** Bytes that RabbitMQ wants to be free on its disk. */
export const DISK_FREE_LIMIT = '50000000'
/** A limit that raises the alarm on any disk. */
export const MORE_THAN_ANY_DISK = '1000000000000000'
