import { connect as connectTcp } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import amqp from 'amqplib'
import type { Rabbitmq } from './rabbitmq.ts'
import { UserError } from './user-error.ts'

const READY_WITHIN_MS = 60_000
const LOOK_AGAIN_MS = 50

/**
 * Uses a broker that runs already; stopping leaves it running.
 * @throws UserError when it does not accept the connection
 */
export async function attachRabbitmq(url: string): Promise<Rabbitmq> {
  const failure = await tryAmqp(url)
  if (failure) throw new UserError(`AMQP_URL does not answer: ${failure.message}`)
  return { url, ready: Promise.resolve(), stop: async () => {} }
}

/**
 * Waits until the broker accepts an AMQP connection.
 * @param hasEnded tells that it never will
 * @returns undefined once it does, else why it never will
 */
export async function untilAmqp(url: string, hasEnded: () => boolean): Promise<string | undefined> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    // RabbitMQ opens its port last of all; a whole handshake is worth trying only then.
    if ((await acceptsTcp(url)) && !(await tryAmqp(url))) return undefined
    if (hasEnded()) return 'it ended at once'
    if (Date.now() > deadline) return `it did not answer within ${READY_WITHIN_MS / 1000} s`
    await delay(LOOK_AGAIN_MS)
  }
}

/** Waits until nothing listens there any more: the Erlang VM may outlive its script by a moment. */
export async function untilRefused(url: string): Promise<void> {
  while (await acceptsTcp(url)) await delay(LOOK_AGAIN_MS)
}

async function tryAmqp(url: string): Promise<Error | undefined> {
  try {
    const connection = await amqp.connect(url, { timeout: 5_000 })
    connection.on('error', () => {})
    await connection.close()
    return undefined
  } catch (error) {
    return error as Error
  }
}

function acceptsTcp(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connectTcp({ host: hostname, port: Number(port) })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
