import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const HOST = '127.0.0.1'
/** What a direction of a connection may hold back before the link stops reading. */
const HELD_BYTES = 256 * 1024

/** The way from a process to something that it depends on. */
export type Link = {
  /** The port on 127.0.0.1 that stands for the dependency. */
  port: number
  /** From now on bytes arrive so many milliseconds later, in each direction, in the order in which they were sent. */
  latency(ms: number): void
  /** Breaks all connections, and every new one at once. */
  cut(): void
  /** A black hole: connections stay and new ones are accepted, but nothing is passed on, not even that one has closed. */
  halfOpen(): void
  /** Those that are open now are a black hole for good, and are told of no end; new ones pass. */
  swallow(): void
  /** As it was at first, but for what was swallowed. What a black hole held back is passed on now. */
  heal(): void
  /** Breaks all connections and stops listening. */
  close(): Promise<void>
}

type State = {
  mode: 'passing' | 'holding' | 'cut'
  latencyMs: number
  /** Resolves once the link passes on what it is given. */
  passing: Promise<void>
  pass: () => void
  /** Counts how often all that was open was swallowed: a connection is lost when it was opened under an earlier count. */
  swallowed: number
}

const isHolding = (state: State) => state.mode === 'holding'

/** `closed`: all was sent. `broken`: the connection is no more. */
type Held = { due: number; what: Buffer | 'closed' | 'broken' }

/**
 * Listens on 127.0.0.1 and passes every connection on to a dependency.
 * @param options.to where the dependency listens
 * @param options.port the port to listen on. Default: a free one
 */
export async function startLink(options: {
  to: { host: string; port: number }
  port?: number
}): Promise<Link> {
  const state: State = {
    mode: 'passing',
    latencyMs: 0,
    passing: Promise.resolve(),
    pass: () => {},
    swallowed: 0,
  }
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  }
  const cut = () => {
    state.mode = 'cut'
    state.pass()
    for (const socket of open) socket.resetAndDestroy()
  }

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, async (near) => {
    keep(near)
    if (state.mode === 'cut') return near.resetAndDestroy()
    while (isHolding(state)) await state.passing
    if (near.destroyed) return
    const far = connect({ ...options.to, allowHalfOpen: true, noDelay: true })
    keep(far)
    const { swallowed } = state
    const isLost = () => swallowed !== state.swallowed
    passOn(near, far, state, isLost)
    passOn(far, near, state, isLost)
  })
  server.listen(options.port ?? 0, HOST)
  await once(server, 'listening')

  return {
    port: (server.address() as { port: number }).port,
    latency: (ms) => {
      state.latencyMs = ms
    },
    cut,
    halfOpen: () => {
      if (isHolding(state)) return
      state.mode = 'holding'
      const { promise, resolve } = Promise.withResolvers<void>()
      state.passing = promise
      state.pass = resolve
    },
    swallow: () => {
      state.swallowed++
    },
    heal: () => {
      state.mode = 'passing'
      state.latencyMs = 0
      state.pass()
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

/** One direction of a connection. */
function passOn(from: Socket, to: Socket, state: State, isLost: () => boolean) {
  const held: Held[] = []
  let heldBytes = 0
  let isBusy = false

  const hold = (what: Held['what']) => {
    held.push({ due: Date.now() + state.latencyMs, what })
    if (!isBusy) void handOn()
  }
  const handOn = async () => {
    isBusy = true
    for (let next = held.shift(); next && !to.destroyed; next = held.shift()) {
      const early = next.due - Date.now()
      if (early > 0) await delay(early, undefined, { ref: false })
      while (isHolding(state)) await state.passing
      if (!isLost()) await give(to, next.what)
      if (next.what instanceof Buffer) heldBytes -= next.what.length
      if (heldBytes < HELD_BYTES) from.resume()
    }
    isBusy = false
  }

  from.on('data', (chunk: Buffer) => {
    heldBytes += chunk.length
    if (heldBytes >= HELD_BYTES) from.pause()
    hold(chunk)
  })
  from.once('end', () => hold('closed'))
  from.once('close', (withError: boolean) => {
    if (withError) hold('broken')
  })
  from.resume()
}

/** Resolves when the socket takes more. */
async function give(to: Socket, what: Held['what']): Promise<void> {
  if (to.destroyed) return
  if (what === 'broken') return void to.resetAndDestroy()
  if (what === 'closed') return void to.end()
  if (to.write(what)) return
  await new Promise<void>((resolve) => {
    const done = () => {
      to.off('drain', done).off('close', done)
      resolve()
    }
    to.on('drain', done).on('close', done)
  })
}
