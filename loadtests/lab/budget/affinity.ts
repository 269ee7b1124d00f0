import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'
import { treeOf } from '../sample/processes.ts'
import { readTable } from '../sample/reader.ts'

const run = promisify(execFile)

/** The cores that this process may use; null where processes cannot be put on some of them: without Linux and `taskset`. */
export async function allowedCores(): Promise<number[] | null> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const cores = parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '')
  return cores.length > 0 && (await hasTaskset()) ? cores : null
}

/** Puts these processes, with all of their descendants and threads, on these cores. What they start stays there, too. */
export async function pinTrees(pids: number[], cores: number[]): Promise<void> {
  const table = readTable()
  for (const { pid } of pids.flatMap((root) => treeOf(table, root))) await pin(pid, cores)
}

/** Puts one process with its threads on these cores. */
export async function pin(pid: number, cores: number[]): Promise<void> {
  const args = ['--all-tasks', '--cpu-list', '--pid', cores.join(','), String(pid)]
  await run('taskset', args).catch((error: Error) => {
    // A backend of PostgreSQL, say, may have ended since.
    if (isAlive(pid)) throw error
  })
}

/** Lets these processes, with all of their descendants and threads, wait for others of a lower `nice` on the same cores. */
export async function niceTrees(pids: number[], nice: number): Promise<void> {
  const table = readTable()
  for (const { pid } of pids.flatMap((root) => treeOf(table, root))) {
    // On Linux each thread has a priority of its own, and hands it on to what it starts.
    const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
    for (const thread of threads) setNice(Number(thread), nice)
  }
}

function setNice(thread: number, nice: number): void {
  try {
    setPriority(thread, nice)
  } catch (error) {
    // It may have ended since.
    if (isAlive(thread)) throw error
  }
}

/** The cores on which a process may run; null when it has ended. */
export async function coresOf(pid: number): Promise<number[] | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1]
  return list ? parseCoreList(list) : null
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
