import { createHash } from 'node:crypto'
import type { Channel, ChannelModel, GetMessage } from 'amqplib'
import { UserError } from '../infra/user-error.ts'
import { queueNames } from '../stacks/namespace.ts'

/** A message that its consumer set aside. */
export type Letter = {
  /** Its message id; for one without, a name made from what it says. */
  id: string
  /** The queue that it was in. */
  queue: string
  topic: string
  /** When it was set aside, and how often so far, if the broker tells. */
  at: Date | undefined
  times: number | undefined
  raw: GetMessage
}

/** The queues that letters were in. */
export const deadQueues = (namespace: string) => queueNames(namespace).work

/** All dead letters. They stay where they are; while they are read, nobody else sees them. */
export async function readLetters(connection: ChannelModel, queues: string[]): Promise<Letter[]> {
  const letters: Letter[] = []
  for (const queue of queues) {
    const channel = await connection.createChannel()
    letters.push(...(await takeLetters(channel, queue)))
    // With the channel goes the hold on them.
    await channel.close()
  }
  return letters
}

/** Takes the dead letters of a queue. Those that are not acknowledged are back when the channel closes. */
export async function takeLetters(channel: Channel, queue: string): Promise<Letter[]> {
  channel.on('error', () => {})
  const { messageCount } = await channel.checkQueue(deadQueueOf(queue)).catch((error: Error) => {
    throw new UserError(
      `${deadQueueOf(queue)} cannot be read. Give the --namespace of a shop that has run, and a user that may read it: ${error.message}`,
    )
  })
  const letters: Letter[] = []
  while (letters.length < messageCount) {
    const raw = await channel.get(deadQueueOf(queue))
    if (!raw) break
    letters.push(toLetter(queue, raw))
  }
  return letters
}

const deadQueueOf = (queue: string) => `${queue}.dead`

type Death = { queue: string; count: number; time?: { value: number }; 'routing-keys': string[] }

function toLetter(queue: string, raw: GetMessage): Letter {
  const deaths = (raw.properties.headers?.['x-death'] ?? []) as Partial<Death>[]
  const death = deaths.find((it) => it.queue === queue) ?? {}
  const seconds = death.time?.value
  return {
    id: String(raw.properties.messageId ?? nameOf(raw)),
    queue,
    topic: String(death['routing-keys']?.[0] ?? raw.properties.type ?? raw.fields.routingKey),
    at: seconds === undefined ? undefined : new Date(seconds * 1000),
    times: death.count,
    raw,
  }
}

const nameOf = ({ content }: GetMessage) =>
  `~${createHash('sha256').update(content).digest('hex').slice(0, 12)}`
