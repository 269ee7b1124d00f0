import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'undici'

const LOOK_EVERY_MS = 100
const ANSWER_WITHIN_MS = 1_000
/** Below the keep-alive time of any server, so that no request leaves on a connection that the server is closing. */
const IDLE_MS = 2_000

/** Chooses where requests go when there are several public addresses, as a load balancer before them does. */
export type Balancer = {
  /** Base URLs to try, in this order: ready ones, in turn, before the rest. None when it is strict and none is ready. */
  order(): string[]
  /** Nothing listens there: it is passed over until it is ready again. */
  refused(url: string): void
  /** Where the connections come from. */
  agent: Agent
  close(): Promise<void>
}

/**
 * Follows the readiness of each address. With one address there is nothing to choose, and nothing is followed, unless it is strict.
 * @param urls base URLs
 * @param isStrict whether an address that is not ready gets nothing, even when none is
 */
export function startBalancer(urls: string[], isStrict = false): Balancer {
  const agent = new Agent({ keepAliveTimeout: IDLE_MS, connect: { timeout: ANSWER_WITHIN_MS } })
  const ready = new Set<string>()
  const stopping = new AbortController()
  let turn = 0
  const follow = async (url: string) => {
    while (!stopping.signal.aborted) {
      if (await isReady(url)) ready.add(url)
      else ready.delete(url)
      await delay(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const following = urls.length > 1 || isStrict ? urls.map(follow) : []
  return {
    agent,
    order() {
      const turned = urls.map((_, i) => urls[(turn + i) % urls.length]!)
      turn++
      const first = turned.filter((url) => ready.has(url))
      return isStrict ? first : [...first, ...turned.filter((url) => !ready.has(url))]
    },
    refused: (url) => void ready.delete(url),
    async close() {
      stopping.abort()
      await Promise.all(following)
      await agent.destroy()
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const { statusCode, body } = await request(`${url}/health/ready`, { reset: true, signal })
    await body.dump()
    return statusCode === 200
  } catch {
    return false
  }
}
