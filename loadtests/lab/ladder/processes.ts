import { freePort } from '../infra/ports.ts'
import type { Group } from '../sample/sampler.ts'
import { logToFile } from '../stacks/log.ts'
import { launch, stopProcess, untilComplete } from '../stacks/process.ts'

const HOST = '127.0.0.1'

/** A process that is no part of a stack. */
export type Extra = { group: Group; url: string; stop(): Promise<string[]> }

/**
 * Starts a process of a rung beside the stacks, and waits until it is ready.
 * @param entry path below the checkout's root
 * @param dir for its log
 * @throws UserError when it ends, or is not ready within 30 s
 */
export async function startExtra(
  name: string,
  entry: string,
  env: Record<string, string>,
  dir: string,
): Promise<Extra> {
  const port = await freePort()
  const plan = { name, entry, url: `http://${HOST}:${port}`, env: { HOST, PORT: String(port), ...env } }
  const running = launch(plan, await logToFile(`${dir}/${name}.log`, name))
  const stop = () => stopProcess(running)
  try {
    await untilComplete(running)
  } catch (error) {
    await stop()
    throw error
  }
  return { group: { name, pid: running.child.pid! }, url: plan.url, stop }
}
