import type { FastifyInstance } from 'fastify'
import { Gauge } from 'prom-client'
import { sendProblem } from './problem-answers.ts'

/** How long an answer is good for, in milliseconds: who asks more often costs no more. */
const REMEMBER_MS = 250
/** Who has not answered by then, in milliseconds, is missing. */
const LOOK_MS = 1_000

/** Resolves when the dependency can be used; rejects with why not. */
export type Check = () => Promise<unknown>

/** Why not, in words that anybody may read: no address, statement or user. Of any other error only its code is told. */
export class Missing extends Error {
  override name = 'Missing'
}

type State = { status: 'ok' } | { status: 'missing'; reason: string }
type Look = () => Promise<State>

/**
 * Serves `/health/live` (this process answers), `/health/ready` (it can do its work by itself; else 503, naming what is
 * missing) and `/health` (always 200: all that it works with, and the state of each).
 * @param ready what it cannot work without, by the name that people know it by
 * @param details what it can do without for a while
 */
export function health(
  app: FastifyInstance,
  { ready, details = {} }: { ready: Record<string, Check>; details?: Record<string, Check> },
): void {
  const needed = looksOf(ready)
  const others = looksOf(details)

  async function missing(): Promise<string[]> {
    const states = await statesOf(needed)
    const names = states.flatMap(([name, { status }]) => (status === 'ok' ? [] : [name]))
    return app.draining ? [...names, 'this process, which is shutting down'] : names
  }

  app.get('/health/live', async () => ({ status: 'ok' }))
  app.get('/health/ready', async (_request, reply) => {
    const names = await missing()
    if (names.length === 0) return { status: 'ok' }
    return sendProblem(reply, 'unavailable', `Missing: ${names.join(', ')}`)
  })
  app.get('/health', async () => {
    const states = await statesOf([...needed, ...others])
    const isOk = !app.draining && states.every(([, { status }]) => status === 'ok')
    return { status: isOk ? 'ok' : 'degraded', checks: Object.fromEntries(states) }
  })
  new Gauge({
    name: 'process_ready',
    help: '1 when this process can do its work by itself, else 0',
    registers: [app.metrics],
    async collect() {
      this.set((await missing()).length === 0 ? 1 : 0)
    },
  })
}

const looksOf = (checks: Record<string, Check>) =>
  Object.entries(checks).map(([name, check]): [string, Look] => [name, remembered(() => look(check))])

const statesOf = (looks: [string, Look][]) =>
  Promise.all(looks.map(async ([name, look]): Promise<[string, State]> => [name, await look()]))

/** All who ask meanwhile, and for a moment after, share one answer. */
function remembered(look: Look): Look {
  let last: Promise<State> | undefined
  let goodUntil = 0
  return () => {
    if (last && performance.now() < goodUntil) return last
    goodUntil = Number.POSITIVE_INFINITY
    last = look().finally(() => {
      goodUntil = performance.now() + REMEMBER_MS
    })
    return last
  }
}

async function look(check: Check): Promise<State> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, LOOK_MS, new Missing('it does not answer in time'))
  })
  try {
    await Promise.race([check(), late])
    return { status: 'ok' }
  } catch (error) {
    return { status: 'missing', reason: reasonOf(error as NodeJS.ErrnoException) }
  } finally {
    clearTimeout(timer)
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error instanceof Missing) return error.message
  return error.code ? `it fails with ${error.code}` : 'it cannot be used'
}
