import { Pool } from 'undici'
import type { Upstreams } from './addresses.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import type { Look } from './look.ts'

/** How often replicas are looked at, in milliseconds: a server drains for longer than two of these. */
const LOOK_MS = 200
/** Calls wait, and nothing came back for this long, in milliseconds: time for a look whether the replica hangs. */
const SILENT_MS = 1_000
const CONNECT_MS = 1_000
/** The largest answer, in bytes: a page of a hundred full orders is a tenth of it. */
const LARGEST_ANSWER = 4 * 1024 * 1024

/** One process of a service. */
export interface Replica {
  origin: string
  pool: Pool
  circuit: Circuit
  isReady: boolean
  /** Calls that it has not answered yet. */
  waiting: number
  /** When it last answered, or was first called after it had nothing to answer: milliseconds of `performance.now()`. */
  heardAt: number
}

/** The processes of a service, called in turn. */
export interface Replicas extends Upstreams {
  /** The next one to call, another than the last one where there is a choice; undefined when none may be called. */
  next(last?: Replica): Replica | undefined
  /** How many there are, whatever their state. */
  readonly count: number
  /** How many may be called. */
  readonly callable: number
  /** Whether one of them says that it is ready. */
  isReady(): Promise<boolean>
  stop(): Promise<void>
}

interface ReplicasLog {
  warn(details: object, message: string): void
}

/**
 * Keeps calls to those replicas that say they are ready, so that one that stops, hangs or has lost its database gets none.
 * A lone replica is not asked: there is no choice. When none is ready, all are called: readiness may be wrong, and a
 * refused call is no worse than none. A replica whose circuit is open is not called in any case.
 */
export function createReplicas(upstream: string, look: Look, log: ReplicasLog): Replicas {
  const known = new Map<string, Replica>()
  let callable: Replica[] = []
  let turn = 0

  function choose(): void {
    const sound = [...known.values()].filter(({ circuit }) => !circuit.isOpen)
    const ready = sound.filter(({ isReady }) => isReady)
    callable = ready.length > 0 ? ready : sound
  }

  function create(origin: string): Replica {
    const pool = new Pool(origin, { connect: { timeout: CONNECT_MS }, maxResponseSize: LARGEST_ANSWER })
    const circuit = createCircuit((isOpen) => {
      choose()
      log.warn(
        { upstream, replica: origin },
        isOpen ? 'the circuit is open: no call is made' : 'the circuit is closed again',
      )
    })
    return { origin, pool, circuit, isReady: true, waiting: 0, heardAt: 0 }
  }

  async function lookAt(replica: Replica): Promise<void> {
    const { origin, circuit } = replica
    if (circuit.isOpen || isSilent(replica)) {
      const isAlive = await look.isAlive(origin)
      if (isAlive) replica.heardAt = performance.now()
      circuit.looked(isAlive)
    }
    if (circuit.isOpen) return
    replica.isReady = known.size === 1 || (await look.isReady(origin))
    choose()
  }

  const looking = new Set<Replica>()
  const timer = setInterval(() => {
    for (const replica of known.values()) {
      if (looking.has(replica)) continue
      looking.add(replica)
      lookAt(replica).finally(() => looking.delete(replica))
    }
  }, LOOK_MS)
  timer.unref()

  return {
    addUpstream(origin) {
      if (known.has(origin)) return
      known.set(origin, create(origin))
      choose()
    },
    removeUpstream(origin) {
      // What is under way comes to its end.
      known.get(origin)?.pool.close()
      known.delete(origin)
      choose()
    },
    next(last) {
      turn = (turn + 1) % Math.max(1, callable.length)
      const next = callable[turn]
      if (next !== last || callable.length < 2) return next
      turn = (turn + 1) % callable.length
      return callable[turn]
    },
    get count() {
      return known.size
    },
    get callable() {
      return callable.length
    },
    async isReady() {
      const answers = await Promise.all([...known.keys()].map(look.isReady))
      return answers.includes(true)
    },
    async stop() {
      clearInterval(timer)
      await Promise.all([...known.values()].map(({ pool }) => pool.close()))
    },
  }
}

const isSilent = ({ waiting, heardAt }: Replica) => waiting > 0 && performance.now() - heardAt > SILENT_MS
