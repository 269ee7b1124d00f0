import type { IncomingMessage } from 'node:http'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { isOperational } from './drain.ts'
import { refuseFirst } from './refuse.ts'

/** Requests at work at once. By Little's law, 200 of them at 200 a second is the second that a caller waits at most. */
const MOST_AT_WORK = 200
/** Requests that are held until an order settles: they cost memory and a connection, and hardly any work. */
const MOST_HELD = 400
/** The event loop was later than this, in milliseconds, over the last second: the process gets too little done to take more on. */
const LATEST_MS = 500
const SAMPLE_MS = 1_000

/**
 * Refuses at the door what could not be done in time: 503 with `Retry-After`, before the request costs anything. What was
 * let in keeps its speed, and the rest hears at once that it has to come again. Health checks are always answered.
 * @param isHeld tells requests that only wait for an order to settle
 */
export async function shedLoad(
  app: FastifyInstance,
  isHeld: (request: IncomingMessage) => boolean = () => false,
): Promise<void> {
  // Without a limit it only measures. Its own hook would refuse health checks, too, and the process would be restarted for
  // being busy.
  await app.register(underPressure, { sampleInterval: SAMPLE_MS })
  // The first samples tell of the start itself, of modules loaded and compiled: that is no load.
  let measuredFrom = Number.POSITIVE_INFINITY
  app.addHook('onListen', async () => {
    measuredFrom = performance.now() + 2 * SAMPLE_MS
  })
  const isLate = () => app.memoryUsage().eventLoopDelay > LATEST_MS && performance.now() > measuredFrom
  const atWork = { count: 0, most: MOST_AT_WORK }
  const held = { count: 0, most: MOST_HELD }

  refuseFirst(app, (request, response) => {
    if (isOperational(request.url!)) return false
    const place = isHeld(request) ? held : atWork
    if (place.count >= place.most || isLate()) return true
    place.count++
    // Not when it is answered: that does not come when the client has hung up.
    response.once('close', () => place.count--)
    return false
  })
}
