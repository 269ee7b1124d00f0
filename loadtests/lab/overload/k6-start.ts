import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { readTable, readTree } from '../sample/reader.ts'

const LOOK_AGAIN_MS = 50

/** That k6 has begun: when, in milliseconds since 1970, and the CPU time that it had taken until then. */
export type K6Start = { startedAt: number; cpuMsBefore: number }

/**
 * Watches k6's log for the line `started <ms>`. Making thousands of virtual users ready takes seconds, which are no load.
 * @param pidOf k6's process id, once there is one
 * @param ending resolves or rejects when k6 has ended
 */
export async function untilStarted(
  log: string,
  pidOf: () => number | undefined,
  ending: Promise<unknown>,
): Promise<K6Start> {
  let hasEnded = false
  const ended = () => {
    hasEnded = true
  }
  ending.then(ended, ended)
  for (;;) {
    const isLast = hasEnded
    const text = await readFile(log, 'utf8').catch(() => '')
    const [, startedAt] = /^started (\d+)$/m.exec(text) ?? []
    if (startedAt) return { startedAt: Number(startedAt), cpuMsBefore: cpuMs(pidOf()) }
    // What went wrong is what it ended by.
    if (isLast) return ending.then(() => Promise.reject(new Error('k6 has ended and started no iteration')))
    await delay(LOOK_AGAIN_MS)
  }
}

/** Of a process and its descendants, so far; 0 when it has ended. */
function cpuMs(pid: number | undefined): number {
  return pid === undefined ? 0 : (readTree(readTable(), pid, 'RSS')?.cpuMs ?? 0)
}
