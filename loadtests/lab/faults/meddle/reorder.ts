import { setTimeout as delay } from 'node:timers/promises'
import { shuffle } from 'simple-statistics'
import type { Fault, FaultContext, Heal } from '../fault.ts'
import { drain, type Meddler, type Message, propertiesOf, startMeddler } from './channel.ts'

/** For how long facts are held until they go on in another order. */
const WAVE_MS = 600

/** Facts are held in a queue of the lab and go on newest first, or shuffled. Cancels overtake the orders that they cancel. */
export const reordered: Fault = {
  name: 'messages-reordered',
  title: 'messages held and delivered in another order',
  stacks: ['services'],
  holds: ['topology'],
  needs: ['rabbitmq'],
  lastsMs: 3_500,
  inject: reorder,
}

type Held = Meddler['work'][number] & { holding: string }

async function reorder(context: FaultContext): Promise<Heal> {
  const meddler = await startMeddler(context.stack.amqp!)
  const detours = await Promise.all(meddler.work.map((work) => detour(meddler, work)))
  const stopping = new AbortController()
  let overtaken = 0
  const wave = async () => {
    for (const { holding } of detours) overtaken += await passOn(meddler, holding, context.random)
  }
  const waves = (async () => {
    while (!stopping.signal.aborted) {
      await delay(WAVE_MS, undefined, { signal: stopping.signal }).catch(() => {})
      await wave()
    }
  })()
  // The heal tells of what went wrong.
  waves.catch(() => {})
  return async () => {
    stopping.abort()
    await waves
    for (const held of detours) await straighten(meddler, held)
    await wave()
    for (const { holding } of detours) {
      const { messageCount } = await meddler.channel.deleteQueue(holding)
      if (messageCount > 0) context.violation(`the lab itself lost ${messageCount} messages of ${holding}`)
    }
    await meddler.close()
    context.note(`${overtaken} messages were overtaken by a later one`)
    if (overtaken === 0) context.ineffective('no message was overtaken')
  }
}

/** Leads the facts of a work queue into one of ours. First bound, then unbound: one may come twice, none is lost. */
async function detour({ channel, events }: Meddler, work: Meddler['work'][number]): Promise<Held> {
  const holding = `${work.queue}.held`
  await channel.assertQueue(holding, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  for (const topic of work.topics) await channel.bindQueue(holding, events, topic)
  for (const topic of work.topics) await channel.unbindQueue(work.queue, events, topic)
  return { ...work, holding }
}

async function straighten({ channel, events }: Meddler, { queue, topics, holding }: Held): Promise<void> {
  for (const topic of topics) await channel.bindQueue(queue, events, topic)
  for (const topic of topics) await channel.unbindQueue(holding, events, topic)
}

/**
 * Passes on what is held, and lets go of it once the broker has it.
 * @returns how many messages come after one that was published later
 */
async function passOn(
  { channel, aside, publish }: Meddler,
  holding: string,
  random: () => number,
): Promise<number> {
  const held = await drain(channel, holding)
  const order = random() < 0.5 ? held.keys().toArray().reverse() : shuffle(held.keys().toArray(), random)
  const messages = order.map((place) => held[place]!)
  await Promise.all(
    messages.map((message: Message) =>
      publish(aside, message.fields.routingKey, message.content, propertiesOf(message)),
    ),
  )
  for (const message of messages) channel.ack(message)
  return order.filter((place, i) => order.slice(0, i).some((before) => before > place)).length
}
