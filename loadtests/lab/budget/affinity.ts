import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'
import { UserError } from '../infra/user-error.ts'
import { treeOf } from '../sample/processes.ts'
import { readTable } from '../sample/reader.ts'
import { pinContainerOf } from './container.ts'

const run = promisify(execFile)

let allowed: Promise<number[] | null> | undefined

/**
 * The cores that this process might use when it was first asked; null where processes cannot be put on some of them: without
 * Linux and `taskset`. A command that measures twice has put itself on some of them since.
 */
export function allowedCores(): Promise<number[] | null> {
  allowed ??= readAllowedCores()
  return allowed
}

async function readAllowedCores(): Promise<number[] | null> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const cores = parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '')
  return cores.length > 0 && (await hasTaskset()) ? cores : null
}

/** Puts these processes, with all of their descendants and threads, on these cores. What they start stays there, too. */
export async function pinTrees(pids: number[], cores: number[]): Promise<void> {
  const table = readTable()
  for (const { pid } of pids.flatMap((root) => treeOf(table, root))) await pin(pid, cores)
}

/**
 * Puts one process with its threads on these cores; by way of its container where it belongs to another user.
 * @throws UserError when this user cannot
 */
export async function pin(pid: number, cores: number[]): Promise<void> {
  const list = cores.join(',')
  await run('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)]).catch(async () => {
    const now = await coresOf(pid)
    // A backend of PostgreSQL, say, may have ended since; a container's processes all move with the first.
    if (!now || String(now) === String(cores)) return
    if (!(await pinContainerOf(pid, list))) throw new UserError(cannotPin(pid, list))
  })
}

const cannotPin = (pid: number, list: string) =>
  `Process ${pid} cannot be put on core ${list} by this user. Run all as one user, or give \`npm run compare\` --budget naive, which leaves all where they are.`

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
    // It may have ended since. What belongs to another user, as a container's processes do, keeps its place.
    if (!['ESRCH', 'EPERM'].includes((error as SystemError).info.code)) throw error
  }
}

type SystemError = { info: { code: string } }

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

async function hasTaskset(): Promise<boolean> {
  return run('taskset', ['--version']).then(
    () => true,
    () => false,
  )
}
