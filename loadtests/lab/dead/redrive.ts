import { setTimeout as delay } from 'node:timers/promises'
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib'
import { UserError } from '../infra/user-error.ts'
import { type Letter, readLetters, takeLetters } from './letters.ts'

/** How long to look whether what was sent is worked off, and for how long after that it may still die. */
const LOOK_MS = 5_000
const LOOK_AGAIN_MS = 100
const DIES_WITHIN_MS = 500

/** What became of a letter: a queue that is full refuses it, and without a consumer it waits. */
export type Fate = 'sent' | 'waiting' | 'dead again' | 'refused'
export type Redriven = Letter & { fate: Fate }

/**
 * Sends dead letters to the queue that they were in, as they were. Each is acknowledged once the broker has it there: whenever
 * this ends, none is lost, and one may be there twice.
 * @param ids which; all when there are none
 * @throws UserError when there is no such letter; then none is sent
 */
export async function redrive(
  connection: ChannelModel,
  queues: string[],
  ids: string[],
): Promise<Redriven[]> {
  const held = await Promise.all(
    queues.map(async (queue) => {
      const channel = await connection.createChannel()
      return { queue, channel, letters: await takeLetters(channel, queue) }
    }),
  )
  const known = new Set(held.flatMap(({ letters }) => letters.map(({ id }) => id)))
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length > 0)
    throw new UserError(
      `There is no dead letter ${unknown.join(', ')}. See them with: npm run dead -- --list`,
    )
  const redriven: Redriven[] = []
  for (const { queue, channel, letters } of held) {
    const chosen = letters.filter(({ id }) => ids.length === 0 || ids.includes(id))
    redriven.push(...(await sendTo(queue, chosen, connection, channel)))
    await channel.close()
  }
  return withFates(connection, queues, redriven)
}

/** By an exchange of its own: to a queue alone, and still under the letter's topic. */
async function sendTo(
  queue: string,
  letters: Letter[],
  connection: ChannelModel,
  holder: Channel,
): Promise<Redriven[]> {
  if (letters.length === 0) return []
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  // One after another: what comes back before its confirm is the one at hand.
  let isReturned = false
  channel.on('return', () => {
    isReturned = true
  })
  const exchange = `${queue}.redrive`
  const refused = (letter: Letter): Redriven => ({ ...letter, fate: 'refused' })
  try {
    await channel.assertExchange(exchange, 'fanout', { durable: false, autoDelete: true })
    await channel.bindQueue(queue, exchange, '')
  } catch {
    // Its consumer declares the queue, and has not been there yet.
    return letters.map(refused)
  }
  const redriven: Redriven[] = []
  for (const letter of letters) {
    isReturned = false
    const isKept = (await publish(channel, exchange, letter)) && !isReturned
    if (isKept) holder.ack(letter.raw)
    redriven.push(isKept ? { ...letter, fate: 'sent' } : refused(letter))
  }
  await channel.deleteExchange(exchange)
  await channel.close()
  return redriven
}

function publish(channel: ConfirmChannel, exchange: string, { topic, raw }: Letter): Promise<boolean> {
  // The broker's own, of this one queue.
  const { 'x-delivery-count': _, ...headers } = raw.properties.headers ?? {}
  const options = { ...raw.properties, headers, persistent: true, mandatory: true, expiration: undefined }
  return new Promise((resolve) =>
    channel.publish(exchange, topic, raw.content, options, (error) => resolve(!error)),
  )
}

/** Looks what becomes of those that were sent. */
async function withFates(
  connection: ChannelModel,
  queues: string[],
  redriven: Redriven[],
): Promise<Redriven[]> {
  if (!redriven.some(({ fate }) => fate === 'sent')) return redriven
  const waiting = await untilWorkedOff(connection, queues)
  await delay(DIES_WITHIN_MS)
  const dead = new Set((await readLetters(connection, queues)).map(({ queue, id }) => `${queue} ${id}`))
  return redriven.map((letter) => {
    if (letter.fate !== 'sent') return letter
    if (dead.has(`${letter.queue} ${letter.id}`)) return { ...letter, fate: 'dead again' }
    return { ...letter, fate: waiting.has(letter.queue) ? 'waiting' : 'sent' }
  })
}

/** @returns the queues that still hold something */
async function untilWorkedOff(connection: ChannelModel, queues: string[]): Promise<Set<string>> {
  const deadline = Date.now() + LOOK_MS
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  for (;;) {
    const waiting = new Set<string>()
    for (const queue of queues) if ((await channel.checkQueue(queue)).messageCount > 0) waiting.add(queue)
    if (waiting.size > 0 && Date.now() < deadline) {
      await delay(LOOK_AGAIN_MS)
      continue
    }
    await channel.close()
    return waiting
  }
}
