import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import type { ProcessName, Stack } from '../../stacks/stack.ts'

const LOOK_EVERY_MS = 250
/** Longer than any answer takes: one that is late is not what is looked for. */
const ANSWER_WITHIN_MS = 10_000

/**
 * Asks processes, again and again, whether they are ready.
 * @returns `stop`: ends it; a sentence for each kind that said no
 */
export function watchReadiness({ planned, control }: Stack, kinds: ProcessName[]) {
  const stopping = new AbortController()
  const said = new Map<string, string>()
  const watched = planned.filter(({ name, kind }) => kinds.includes(kind) && control.isRunning(name))
  const watching = watched.map(async ({ name, url }) => {
    while (!stopping.signal.aborted) {
      const no = await whyNot(url)
      if (no && !said.has(name)) said.set(name, no)
      await delay(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })
  return {
    async stop(): Promise<string[]> {
      stopping.abort()
      await Promise.all(watching)
      return [...said].map(([name, no]) => `I8 what can work says that it is ready: ${name} answered ${no}`)
    },
  }
}

async function whyNot(url: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const { statusCode, body } = await request(`${url}/health/ready`, { reset: true, signal })
    const text = await body.text()
    return statusCode === 200 ? undefined : `${statusCode} ${text.slice(0, 200)}`
  } catch (error) {
    return (error as Error).message
  }
}
