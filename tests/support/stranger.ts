import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { readTable } from '../../loadtests/lab/sample/reader.ts'

const LOOK_AGAIN_MS = 20
/** Uses a core until it is ended. */
export const ENDLESS = 'while :; do :; done'

/** A program that is no descendant of this process. `end` kills it. */
export type Stranger = { name: string; pid: number; end(): Promise<void> }

/**
 * Starts a shell script as a program that this process has nothing to do with: who started it has ended.
 * @param name under which the process table shows it, 15 characters at most
 */
export async function startStranger(name: string, script = ENDLESS): Promise<Stranger> {
  const dir = await mkdtemp(`${tmpdir()}/stranger-`)
  await symlink('/bin/sh', `${dir}/${name}`)
  const starter = spawn(
    '/bin/sh',
    ['-c', '"$0" -c "$1" >/dev/null 2>&1 & echo $!', `${dir}/${name}`, script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    },
  )
  const [[line]] = await Promise.all([once(starter.stdout, 'data'), once(starter, 'exit')])
  const pid = Number(line)
  return {
    name,
    pid,
    async end() {
      process.kill(pid, 'SIGKILL')
      await rm(dir, { recursive: true })
    },
  }
}

/** Resolves when a process has used so much CPU time in all, in milliseconds. @returns what it has used */
export async function untilUsed(pid: number, ms: number): Promise<number> {
  for (;;) {
    const used = readTable().get(pid)?.cpuMs ?? 0
    if (used >= ms) return used
    await delay(LOOK_AGAIN_MS)
  }
}
