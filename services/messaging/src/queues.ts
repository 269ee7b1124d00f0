import type { ChannelModel } from 'amqplib'
import { createCounter } from './counter.ts'

/** The queues that somebody wants to know the depth of. */
export interface Queues {
  /** Count these queues, on this connection, until it closes. */
  attach(connection: ChannelModel, queues: readonly string[]): void
  /** How many messages wait in them, those that a consumer has at hand not among them. Rejects while the broker is away. */
  count(): Promise<number>
}

export function createQueues(): Queues {
  let counters: (() => Promise<number>)[] | undefined
  return {
    attach(connection, queues) {
      const attached = queues.map((queue) => createCounter(connection, queue))
      counters = attached
      connection.once('close', () => {
        if (counters === attached) counters = undefined
      })
    },
    async count() {
      if (!counters) throw new Error('not connected to the broker')
      const counts = await Promise.all(counters.map((count) => count()))
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}
