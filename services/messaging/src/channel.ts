import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '@shop/shared/runtime/backoff.ts'
import { Missing } from '@shop/shared/runtime/health.ts'
import type { Channel, ChannelModel } from 'amqplib'

const RETRY_MS = { first: 100, most: 2_000 }
/** A channel that lived so long did its work: what broke it is nothing that a pause would mend. */
const STEADY_MS = 1_000
/** How often what a channel needs is declared again: an exchange that is deleted takes its bindings along without a word. */
const DECLARE_MS = 5_000

export interface ChannelLog {
  warn(details: object, message: string): void
}

interface ChannelPlan<C extends Channel> {
  /** What it is for, in log lines. */
  name: string
  open(): Promise<C>
  /** Declares what the channel needs. Again and again: it may be deleted under it. */
  declare(channel: C): Promise<void>
  /** Puts the channel to work, once its needs are declared. */
  use(channel: C): Promise<void> | void
}

/** A channel that comes back by itself, for as long as its connection lives. */
export interface KeptChannel {
  /** @throws Missing while it cannot be used */
  check(): void
}

/**
 * Opens a channel, and again whenever it breaks alone: at once if it was closed in order, else after a growing pause. Other
 * channels of the connection are left in peace.
 * @throws when the first one cannot be opened: then it is the connection that is broken
 */
export async function keepChannel<C extends Channel>(
  connection: ChannelModel,
  { name, open, declare, use }: ChannelPlan<C>,
  log: ChannelLog,
): Promise<KeptChannel> {
  let problem: Error | undefined = new Missing(`the channel to ${name} is being opened`)
  let isConnected = true
  connection.once('close', () => {
    isConnected = false
  })

  /** Resolves when it is closed in order. */
  async function live(channel: C): Promise<void> {
    const end = endOf(channel)
    const again = setInterval(() => declare(channel).catch(() => undefined), DECLARE_MS)
    try {
      await declare(channel)
      await use(channel)
      problem = undefined
      await end
    } finally {
      clearInterval(again)
      channel.close().catch(() => undefined)
    }
  }

  async function keep(first: C): Promise<void> {
    for (let tried = 0, channel: C | undefined = first; isConnected; channel = undefined) {
      const began = performance.now()
      try {
        channel ??= await open()
        await live(channel)
      } catch (error) {
        if (!isConnected) return
        problem = error as Error
        log.warn({ channel: name, reason: problem.message }, 'a channel to the broker broke')
        if (performance.now() - began > STEADY_MS) tried = 0
        await delay(backoff(tried++, RETRY_MS), undefined, { ref: false })
      }
    }
  }

  void keep(await open())
  return {
    check() {
      if (problem) throw problem
    },
  }
}

/** Resolves when a channel is closed in order, rejects with what broke it. */
function endOf(channel: Channel): Promise<void> {
  const end = new Promise<void>((resolve, reject) => {
    channel.once('error', reject)
    channel.once('close', resolve)
  })
  // What breaks while the channel is set up is told by the call that fails.
  end.catch(() => undefined)
  // A second error must not end the process, nor an exception in a listener the channel.
  channel.on('error', () => undefined)
  return end
}
