import { randomBytes } from 'node:crypto'
import { startInfra } from '../infra/infra.ts'
import { type Stack, startStack } from '../stacks/start.ts'

/** Both stacks, side by side, on servers of their own. */
export type BothStacks = {
  monolith: Stack
  services: Stack
  /** AUTH_SECRET of both. */
  secret: string
  /** Ends all of it. Returns a sentence for each thing that was not in order. */
  stop(): Promise<string[]>
}

/** Starts both stacks for one command. @throws UserError when one does not start; nothing is left then */
export async function startBothStacks(): Promise<BothStacks> {
  const infra = await startInfra()
  const secret = randomBytes(32).toString('hex')
  const starting = (['monolith', 'services'] as const).map((name) =>
    startStack(name, { infra, secret, logLevel: 'warn' }),
  )
  const settled = await Promise.allSettled([...starting, infra.ready])
  const stop = async () => {
    const stacks = await Promise.all(starting.map((it) => it.catch(() => undefined)))
    const complaints = await Promise.all(stacks.map((it) => it?.stop() ?? []))
    await infra.stop()
    return complaints.flat()
  }
  if (settled.some(({ status }) => status === 'rejected')) await stop()
  await infra.ready
  const [monolith, services] = await Promise.all(starting)
  return { monolith: monolith!, services: services!, secret, stop }
}
