import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Missing } from '@shop/shared/runtime/health.ts'
import { type ChannelModel, connect } from 'amqplib'
import { brokerConnected } from './broker-metrics.ts'
import type { KeptChannel } from './channel.ts'

/** Seconds between heartbeats: a link that swallows everything is noticed after two of them. */
const HEARTBEAT_S = 5
/** How long the broker may take to say goodbye, in milliseconds: on a link that swallows everything it never does. */
const GOODBYE_MS = 1_000

export interface BrokerLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/**
 * A broker that is short of disk or memory reads no more from a connection that publishes, acknowledgements among what it does
 * not read: so who consumes has a connection of its own, and goes on.
 */
export type Purpose = 'publish' | 'consume'

/** Connections that come back by themselves. */
export interface Broker {
  /** Rejects while the broker cannot be used, with why. */
  check(): Promise<void>
  close(): Promise<void>
}

/** Opens the channels of a new connection, each with `keepChannel`. @throws when the connection is broken already */
export type OpenChannels = (connection: ChannelModel) => Promise<KeptChannel[]>

/** Connects in the background, once for each purpose, and again whenever a connection breaks. */
export async function connectBroker(
  url: string,
  channels: Record<Purpose, OpenChannels>,
  log: BrokerLog,
): Promise<Broker> {
  const links = await Promise.all([
    connectFor('publish', url, channels.publish, log),
    connectFor('consume', url, channels.consume, log),
  ])
  return {
    async check() {
      for (const link of links) await link.check()
    },
    async close() {
      await Promise.all(links.map((link) => link.close()))
    },
  }
}

async function connectFor(
  purpose: Purpose,
  url: string,
  openChannels: OpenChannels,
  log: BrokerLog,
): Promise<Broker> {
  const address = new URL(url)
  address.searchParams.set('heartbeat', String(HEARTBEAT_S))
  let channels: KeptChannel[] | undefined
  let latest: ChannelModel | undefined
  const isConnected = (it: boolean) => brokerConnected.set({ purpose }, it ? 1 : 0)
  isConnected(false)

  async function setUp(model: ChannelModel): Promise<void> {
    latest = model
    let closed = false
    model.once('close', () => {
      closed = true
    })
    // Without a listener an error ends the process; recovery hears of it by the close that follows.
    model.on('error', (error: Error) =>
      log.warn({ purpose, reason: error.message }, 'the broker connection failed'),
    )
    channels = await openChannels(model)
    // Recovery listens for a close from here on, and would wait for ever for one that was there before.
    if (closed) throw new Error('the connection broke while it was set up')
  }

  const connection = await connect(address.href, {
    timeout: 5_000,
    noDelay: true,
    clientProperties: { connection_name: purpose },
    recovery: { waitForConnect: false, initialDelay: 100, maxDelay: 1_000, setup: setUp },
  })
  connection.on('connect', () => {
    isConnected(true)
    log.info({ purpose }, 'connected to the broker')
  })
  connection.on('disconnect', (error) => {
    channels = undefined
    isConnected(false)
    log.warn({ purpose, reason: error.message }, 'disconnected from the broker')
  })
  connection.on('connect-failed', (error) => {
    channels = undefined
    log.warn({ purpose, reason: error.message }, 'the broker is not there yet')
  })
  connection.on('error', () => undefined)
  return {
    async check() {
      if (!channels) throw new Missing(`there is no connection to ${purpose}`)
      for (const channel of channels) channel.check()
    },
    async close() {
      await Promise.race([connection.close(), delay(GOODBYE_MS, undefined, { ref: false })])
      socketOf(latest)?.destroy()
    },
  }
}

/** Not in amqplib's documentation. Without its socket, a connection that nobody answers on would live on for two heartbeats. */
const socketOf = (model: ChannelModel | undefined) =>
  (model?.connection as { stream?: Socket } | undefined)?.stream
