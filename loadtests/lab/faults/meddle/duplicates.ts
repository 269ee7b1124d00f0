import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, FaultContext, Heal } from '../fault.ts'
import { type Message, propertiesOf, startMeddler } from './channel.ts'

/** The last copy of a fact comes so much later, in milliseconds, drawn. */
const LATER_MS = { least: 200, most: 1_500 }

/** Every fact comes again at once, later once more, and as the same news under another message id. */
export const duplicated: Fault = {
  name: 'messages-duplicated',
  title: 'every message delivered twice, again later, and under another id',
  stacks: ['services'],
  needs: ['rabbitmq', 'topology'],
  lastsMs: 3_500,
  inject: duplicate,
}

async function duplicate({ stack, random, note, ineffective }: FaultContext): Promise<Heal> {
  const meddler = await startMeddler(stack.amqp!)
  const { channel, events, aside, publish } = meddler
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const seen = new Set<string>()
  const copying: Promise<void>[] = []
  let copies = 0
  let refused = 0

  const copy = async (message: Message) => {
    const { content, fields } = message
    const properties = propertiesOf(message)
    const send = async (exchange: string, changed = properties) => {
      await publish(exchange, fields.routingKey, content, changed)
      copies++
    }
    await send(events)
    // Aside: another id would look like another fact to whoever counts them.
    await send(aside, { ...properties, messageId: randomUUID() })
    await delay(LATER_MS.least + random() * (LATER_MS.most - LATER_MS.least))
    await send(events)
  }
  await channel.consume(
    queue,
    (message) => {
      const id = String(message?.properties.messageId)
      // Our own copies come by here, too.
      if (!message || seen.has(id)) return
      seen.add(id)
      copying.push(copy(message).catch(() => void refused++))
    },
    { noAck: true },
  )
  await channel.bindQueue(queue, events, '#')
  return async () => {
    await channel.deleteQueue(queue)
    await Promise.all(copying)
    await meddler.close()
    note(`${seen.size} messages were delivered again, ${copies} copies in all, ${refused} were refused`)
    if (copies === 0) ineffective('no message was copied')
  }
}
