import { type ChannelModel, connect, type RecoveringChannelModel } from 'amqplib'

/** Seconds between heartbeats: a link that swallows everything is noticed after two of them. */
const HEARTBEAT_S = 5

export interface BrokerLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** A connection that comes back by itself. */
export interface Broker {
  /** Rejects while the broker is away. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * Connects in the background and again whenever the connection breaks. `setup` runs on every new connection, before it
 * counts as connected: it declares the topology and attaches relay and consumers.
 */
export async function connectBroker(
  url: string,
  setup: (connection: ChannelModel) => Promise<void>,
  log: BrokerLog,
): Promise<Broker> {
  const address = new URL(url)
  address.searchParams.set('heartbeat', String(HEARTBEAT_S))
  let connected = false
  const connection: RecoveringChannelModel = await connect(address.href, {
    timeout: 5_000,
    noDelay: true,
    recovery: {
      waitForConnect: false,
      initialDelay: 100,
      maxDelay: 1_000,
      setup: async (model: ChannelModel) => {
        // Without a listener an error ends the process; recovery hears of it by the close that follows.
        model.on('error', (error: Error) =>
          log.warn({ reason: error.message }, 'the broker connection failed'),
        )
        await setup(model)
      },
    },
  })
  connection.on('connect', () => {
    connected = true
    log.info({}, 'connected to the broker')
  })
  connection.on('disconnect', (error) => {
    connected = false
    log.warn({ reason: error.message }, 'disconnected from the broker')
  })
  connection.on('connect-failed', (error) =>
    log.warn({ reason: error.message }, 'the broker is not there yet'),
  )
  connection.on('error', () => undefined)
  return {
    async check() {
      if (!connected) throw new Error('not connected to the broker')
    },
    close: () => connection.close(),
  }
}
