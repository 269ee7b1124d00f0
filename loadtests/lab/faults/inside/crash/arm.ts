import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_AGAIN_MS = 10
const TAKEN_WITHIN_MS = 5_000

/** Where a process finds, at the signal, how often it is to pass its crash point: no more than one signal gets through at a time. */
const orderFor = (pid: number) => `${tmpdir()}/one-shop-twice-crash-${pid}`

/**
 * Arms the crash point of a process that has one. Resolves when the process has heard of it.
 * @param occurrence at which occurrence from now on it is to be killed, 1 for the next
 */
export async function arm(pid: number, occurrence: number, withinMs = TAKEN_WITHIN_MS): Promise<void> {
  const order = orderFor(pid)
  writeFileSync(order, String(occurrence), { mode: 0o600 })
  try {
    process.kill(pid, 'SIGWINCH')
    const deadline = Date.now() + withinMs
    while (existsSync(order)) {
      if (Date.now() > deadline) throw new Error(`process ${pid} did not take the order to crash`)
      await delay(LOOK_AGAIN_MS)
    }
  } finally {
    rmSync(order, { force: true })
  }
}

/** In the process with the crash point: is told when it is armed. */
export function onArmed(listener: (occurrence: number) => void): void {
  process.on('SIGWINCH', () => {
    const order = orderFor(process.pid)
    if (!existsSync(order)) return
    const occurrence = Number(readFileSync(order, 'utf8'))
    listener(occurrence)
    rmSync(order)
  })
}
