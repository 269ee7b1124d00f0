import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { treeOf } from '../sample/processes.ts'
import { readTable } from '../sample/reader.ts'
import type { Group } from '../sample/sampler.ts'
import type { Cores } from './result.ts'

const run = promisify(execFile)

/**
 * Shares the cores out: half for the stack and its servers, half for k6 and this command. Otherwise k6 would take from a
 * stack the more, the more it offers, and it would look as if the stack could not hold its goodput.
 * @returns null where that cannot be done: on one core, or without Linux and its `taskset`
 */
export async function splitCores(): Promise<Cores> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const all = parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '')
  if (all.length < 2 || !(await hasTaskset())) return null
  const half = Math.ceil(all.length / 2)
  return { stack: all.slice(0, half), k6: all.slice(half) }
}

/** Puts a stack on its cores, and this process, with all that it starts from now on, on the others. */
export async function moveToCores(groups: Group[], cores: Cores): Promise<void> {
  if (!cores) return
  const table = readTable()
  const pids = groups.flatMap(({ pid }) => treeOf(table, pid).map((it) => it.pid))
  for (const pid of pids) await pin(pid, cores.stack)
  await pin(process.pid, cores.k6)
}

/** `0-2,4` is 0, 1, 2, 4. */
export function parseCoreList(text: string): number[] {
  return text
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number) as [number, number?]
      return Array.from({ length: last! - first + 1 }, (_, i) => first + i)
    })
}

async function pin(pid: number, cores: number[]): Promise<void> {
  const args = ['--all-tasks', '--cpu-list', '--pid', cores.join(','), String(pid)]
  await run('taskset', args).catch((error: Error) => {
    // A backend of PostgreSQL, say, may have ended since.
    if (isAlive(pid)) throw error
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function hasTaskset(): Promise<boolean> {
  return run('taskset', ['--version']).then(
    () => true,
    () => false,
  )
}
