import type { IncomingMessage } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance } from 'fastify'
import { Gauge } from 'prom-client'
import Type from 'typebox'
import { ProblemError } from '../contract/problems.ts'
import { callerOf } from './caller.ts'
import { isOperational } from './drain.ts'
import { areTaken, charge, createPlaces, giveBack, type Places } from './places.ts'
import { refuseFirst } from './refuse.ts'

/** By Little's law, 200 requests at work at 200 a second are the second that a caller waits at most. */
export const placesConfig = {
  PLACES: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 200,
    description: 'how many requests may be at work at once, from 1 to 100000',
  }),
}

/** Of a process that holds requests until an order settles: they cost memory and a connection, and hardly any work. */
export const heldPlacesConfig = {
  PLACES_HELD: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 400,
    description: 'how many requests may wait for their order to settle at once, from 1 to 100000',
  }),
}

/** The event loop was later than this, in milliseconds, over the last second: the process gets too little done to take more on. */
const LATEST_MS = 500
const SAMPLE_MS = 1_000
const RESOLUTION_MS = 50

/** A request and the place that it has, until it is answered or its client has gone. */
type Guest = IncomingMessage & { places?: Places; caller?: string }

/**
 * Refuses at the door what could not be done in time: 503 with `Retry-After`, before the request costs anything. What was
 * let in keeps its speed, and the rest hears at once that it has to come again. A request whose body is still to come takes no
 * place from those at work, and one caller takes no more than its share: 429. Health checks are always answered.
 * @param isHeld tells requests that only wait for an order to settle
 */
export function shedLoad(
  app: FastifyInstance,
  config: { PLACES: number; PLACES_HELD?: number; CALLER_SHARE?: number },
  isHeld: (request: IncomingMessage) => boolean = () => false,
): void {
  const { PLACES, PLACES_HELD = 0, CALLER_SHARE = 1 } = config
  // All that may be let in may come at once.
  const arriving = createPlaces('arriving', PLACES + PLACES_HELD, CALLER_SHARE)
  const atWork = createPlaces('work', PLACES, CALLER_SHARE)
  const held = createPlaces('held', PLACES_HELD, CALLER_SHARE)
  const placesFor = (request: Guest) => (isHeld(request) ? held : atWork)
  const isLate = watchLoop(app)

  refuseFirst(app, (request: Guest, response) => {
    if (isOperational(request.url!)) return false
    const wanted = placesFor(request)
    const places = hasBody(request) ? arriving : wanted
    if (areTaken(places) || areTaken(wanted) || isLate()) return true
    places.taken++
    request.places = places
    // Not when it is answered: that does not come when the client has hung up.
    response.once('close', () => leave(request))
    return false
  })
  // By now it is known who calls, and nothing of the body is read.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const guest: Guest = request.raw
    if (!guest.places || CALLER_SHARE === 1) return done()
    const caller = callerOf(request)
    if (!charge(guest.places, caller)) return done(tooMany(reply))
    guest.caller = caller
    done()
  })
  // By now the body is there.
  app.addHook('preValidation', (request, reply, done) => {
    const guest: Guest = request.raw
    if (guest.places !== arriving) return done()
    const { caller } = guest
    const wanted = placesFor(guest)
    if (areTaken(wanted)) return done(new ProblemError('unavailable'))
    if (caller !== undefined && !charge(wanted, caller)) return done(tooMany(reply))
    giveBack(arriving, caller)
    wanted.taken++
    guest.places = wanted
    done()
  })
  new Gauge({
    name: 'http_places_taken',
    help: 'Requests that are on their way in, at work, or held until their order settles',
    labelNames: ['kind'],
    registers: [app.metrics],
    collect() {
      for (const { kind, taken } of [arriving, atWork, held]) this.set({ kind }, taken)
    },
  })
}

function leave(request: Guest): void {
  if (request.places) giveBack(request.places, request.caller)
  request.places = undefined
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

function tooMany(reply: { header(name: string, value: string): unknown }): ProblemError {
  reply.header('retry-after', '1')
  return new ProblemError('too-many-requests', 'Wait for the answers to what you have asked already')
}

/** Tells whether the event loop was late over the last second; it is looked at when somebody comes. */
function watchLoop(app: FastifyInstance): () => boolean {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  app.addHook('onClose', async () => {
    delays.disable()
  })
  let lookAt = Number.POSITIVE_INFINITY
  let isLate = false
  function lookAgain(): void {
    delays.reset()
    lookAt = performance.now() + SAMPLE_MS
  }
  // What came before tells of the start itself, of modules loaded and compiled: that is no load.
  app.addHook('onListen', async () => lookAgain())
  return () => {
    if (performance.now() < lookAt) return isLate
    isLate = delays.mean / 1e6 - RESOLUTION_MS > LATEST_MS
    lookAgain()
    return isLate
  }
}
