import { Agent } from 'undici'
import type { Upstreams } from './addresses.ts'

/** How often replicas are asked whether they are ready, in milliseconds: a server drains for longer than two of these. */
const LOOK_MS = 200
const ANSWER_MS = 1_000

/** Asks one replica. */
export type IsReady = (origin: string) => Promise<boolean>

/**
 * Stands before a pool and keeps in it only the replicas that say they are ready, so that one that stops, hangs or has
 * lost its database gets no more calls. A lone replica is never asked: there is no choice. When none is ready, all are in:
 * readiness may be wrong, and a refused call is no worse than none.
 */
export function followReadiness(pool: Upstreams, isReady: IsReady): Upstreams & { stop(): void } {
  const known = new Map<string, boolean>()
  const inPool = new Set<string>()

  function update(): void {
    const ready = [...known].filter(([, isIn]) => isIn).map(([origin]) => origin)
    const wanted = new Set(ready.length > 0 ? ready : known.keys())
    for (const origin of wanted.difference(inPool)) pool.addUpstream(origin)
    for (const origin of inPool.difference(wanted)) pool.removeUpstream(origin)
    inPool.clear()
    for (const origin of wanted) inPool.add(origin)
  }

  async function look(origin: string): Promise<void> {
    const answer = known.size === 1 || (await isReady(origin))
    if (known.has(origin)) known.set(origin, answer)
    update()
  }

  const asking = new Set<string>()
  const timer = setInterval(() => {
    for (const origin of known.keys()) {
      if (asking.has(origin)) continue
      asking.add(origin)
      look(origin).finally(() => asking.delete(origin))
    }
  }, LOOK_MS)
  timer.unref()

  return {
    addUpstream(origin) {
      known.set(origin, true)
      update()
    },
    removeUpstream(origin) {
      known.delete(origin)
      update()
    },
    stop: () => clearInterval(timer),
  }
}

/** Asks by `/health/ready`, on one connection to each replica. */
export function askReady(): { isReady: IsReady; close(): Promise<void> } {
  const limits = { connect: { timeout: ANSWER_MS }, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS }
  const agent = new Agent({ connections: 1, ...limits })
  return {
    async isReady(origin) {
      try {
        const { statusCode, body } = await agent.request({ origin, path: '/health/ready', method: 'GET' })
        await body.dump()
        return statusCode === 200
      } catch {
        return false
      }
    },
    close: () => agent.destroy(),
  }
}
