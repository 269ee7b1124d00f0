import { Agent } from 'undici'

/** How long a replica may take to say that it is ready, or alive, in milliseconds. */
const ANSWER_MS = 1_000

/** Asks one replica. */
export interface Look {
  /** Whether it answers at all. */
  isAlive(origin: string): Promise<boolean>
  /** Whether it says that it can do its work. */
  isReady(origin: string): Promise<boolean>
  close(): Promise<void>
}

/** Asks by `/health/live` and `/health/ready`, on one connection to each replica, apart from those that carry calls. */
export function lookByHttp(): Look {
  const limits = { connect: { timeout: ANSWER_MS }, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS }
  const agent = new Agent({ connections: 1, ...limits })

  async function isFine(origin: string, path: string): Promise<boolean> {
    try {
      const { statusCode, body } = await agent.request({ origin, path, method: 'GET' })
      await body.dump()
      return statusCode === 200
    } catch {
      return false
    }
  }

  return {
    isAlive: (origin) => isFine(origin, '/health/live'),
    isReady: (origin) => isFine(origin, '/health/ready'),
    close: () => agent.destroy(),
  }
}
