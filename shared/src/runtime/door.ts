import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { refusal, refuseBytes } from './refuse.ts'
import { wrongWith } from './request-line.ts'

/** What Fastify hands on of its own options. */
type FactoryOptions = { http?: ServerOptions } & Pick<ServerOptions, 'keepAliveTimeout' | 'requestTimeout'>

/** Where every request comes in, before Fastify sees it. */
export interface Door {
  /** Makes a server whose requests come in here. */
  open(serve: RequestListener, options: FactoryOptions): Server
  /** For bytes that are not HTTP. */
  clientError(error: NodeJS.ErrnoException, socket: Socket): void
  /** Asked once for each request; true when it was sent away. */
  turnsAway(request: IncomingMessage, response: ServerResponse): boolean
  /** Told of each request that is let in, before anybody else is. */
  entered(request: IncomingMessage, response: ServerResponse): void
}

const refuseLine = refusal('invalid-request', { connection: 'close' })

/** A door that lets in what is a request, and closes the connection behind what is not. */
export function createDoor(): Door {
  /** Where nothing more is read: two readers could see the next request in two places. */
  const closed = new WeakSet<Socket>()
  const last = new WeakMap<Socket, ServerResponse>()
  /** For requests that did not wait for the answer to the one before. */
  const before = new WeakMap<ServerResponse, ServerResponse>()

  function comeIn(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request
    if (closed.has(socket)) return false
    const earlier = last.get(socket)
    if (earlier && !earlier.writableFinished) before.set(response, earlier)
    last.set(socket, response)
    const wrong = wrongWith(request)
    if (!wrong) return !door.turnsAway(request, response)
    closed.add(socket)
    refuseLine(request, response, wrong)
    return false
  }

  /** The answer that is still to come on this connection to a request that came whole. */
  function pendingOn(socket: Socket): ServerResponse | undefined {
    const response = last.get(socket)
    const whole = response && !response.req.complete ? before.get(response) : response
    return whole?.writableFinished ? undefined : whole
  }

  /** What came whole is answered before what came after it is refused. */
  function refuseNext(socket: Socket): void {
    if (closed.has(socket)) return
    closed.add(socket)
    const pending = pendingOn(socket)
    if (pending) pending.once('close', () => refuseBytes(socket))
    else refuseBytes(socket)
  }

  const door: Door = {
    open(serve, { http, keepAliveTimeout, requestTimeout }) {
      const receive: RequestListener = (request, response) => {
        if (!comeIn(request, response)) return
        door.entered(request, response)
        serve(request, response)
      }
      const server = createServer({ ...http, keepAliveTimeout, requestTimeout }, receive)
      // An `Expect` that means nothing to us is passed over (RFC 9110, section 10.1.1); Node would answer without a body.
      server.on('checkExpectation', receive)
      server.on('connect', (_request, socket) => refuseNext(socket as Socket))
      return server
    },
    clientError({ code }, socket) {
      if (code === 'ECONNRESET') socket.destroy()
      else refuseNext(socket)
    },
    turnsAway: () => false,
    entered: () => undefined,
  }
  return door
}
