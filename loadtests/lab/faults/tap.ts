import { setTimeout as delay } from 'node:timers/promises'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import type { StackAmqp } from '../stacks/stack.ts'

const DRAINED_WITHIN_MS = 5_000
const LOOK_AGAIN_MS = 50

/** Counts what the broker carries. */
export type Tap = {
  /** Ends it and removes its queue. @returns messages that came more than once, and all that came */
  stop(): Promise<{ messages: number; duplicates: number }>
}

/**
 * Taps every fact of a stack into a durable queue of the lab's own, so that what was carried while the lab was cut off, too,
 * is counted. It gives every fact a queue, so a fact that no service wants is not returned to its publisher while this runs.
 * Resolves once it is bound.
 */
export async function startTap({ url, namespace }: StackAmqp): Promise<Tap> {
  const queue = `${namespace}.tap`
  const seen = new Set<string>()
  let messages = 0
  let duplicates = 0
  const bound = Promise.withResolvers<void>()

  const setup = async (model: ChannelModel) => {
    model.on('error', () => {})
    const channel = await model.createChannel()
    channel.on('error', () => {})
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
    await channel.bindQueue(queue, `${namespace}.events`, '#')
    await channel.prefetch(500)
    await channel.consume(queue, (message) => {
      if (!message) return
      const id = String(message.properties.messageId)
      // What came back to us, because our acknowledgement was lost, was carried only once.
      const cameBack = message.fields.redelivered && seen.has(id)
      if (!cameBack) {
        messages++
        if (seen.has(id)) duplicates++
        seen.add(id)
      }
      channel.ack(message)
    })
    bound.resolve()
  }
  const connection = await connect(`${url}?heartbeat=5`, {
    timeout: 5_000,
    noDelay: true,
    recovery: { waitForConnect: false, initialDelay: 100, maxDelay: 500, setup },
  })
  connection.on('error', () => {})
  await bound.promise
  return {
    async stop() {
      await untilDrained(url, queue)
      await connection.close()
      await removeQueue(url, queue)
      return { messages, duplicates }
    },
  }
}

async function untilDrained(url: string, queue: string) {
  await onChannel(url, async (channel) => {
    const deadline = Date.now() + DRAINED_WITHIN_MS
    while ((await channel.checkQueue(queue)).messageCount > 0 && Date.now() < deadline)
      await delay(LOOK_AGAIN_MS)
  })
}

const removeQueue = (url: string, queue: string) =>
  onChannel(url, async (channel) => void (await channel.deleteQueue(queue)))

async function onChannel(url: string, work: (channel: Channel) => Promise<void>) {
  const connection = await connect(url, { timeout: 5_000 })
  connection.on('error', () => {})
  try {
    await work(await connection.createChannel())
  } finally {
    await connection.close()
  }
}
