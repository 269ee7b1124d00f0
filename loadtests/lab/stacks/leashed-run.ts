import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { spawnLeashed } from '../infra/leash.ts'

/** How a command ended, and all that it wrote to both outputs. */
export type Ended = { ok: boolean; said: string }

/** Runs a command to its end, which comes at the latest with that of this process. */
export async function runLeashed(
  command: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const child = spawnLeashed(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Whatever it has made by then goes as well: npm would take seconds to clear up first.
    stopSignal: 'SIGKILL',
  })
  const [[code], output, errors] = await Promise.all([
    once(child, 'close'),
    text(child.stdout!),
    text(child.stderr!),
  ])
  return { ok: code === 0, said: `${output}${errors}` }
}
