import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { sum } from 'simple-statistics'
import type { MachineTime, ProcessEntry, ProcessTable } from './processes.ts'

const ticksPerSecond = lazily(() => Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })))
const pageBytes = lazily(() => Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })))

/** PF_KTHREAD of the kernel's own sched.h. */
const KERNEL_THREAD = 0x200000
/** Node calls its main thread so, and by that its process; it says nothing to people. */
const NAME_OF_NODE = 'MainThread'

/** The process table of this machine, from /proc. CPU time is exact where the scheduler tells, else to some ticks of the kernel, mostly 10 ms. */
export function readProcesses(): ProcessTable {
  const entries = processIds().flatMap((pid) => readEntry(`/proc/${pid}`) ?? [])
  return new Map(entries.map((entry) => [entry.pid, entry]))
}

/**
 * Resident memory in bytes, a page that n processes share counted as a n-th for each (PSS).
 * Undefined where it may not be read, or the process has ended.
 */
export function proportionalBytes(pid: number): number | undefined {
  const rollup = read(`/proc/${pid}/smaps_rollup`)
  const kib = rollup && /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]
  return kib ? Number(kib) * 1024 : undefined
}

/** CPU time of the whole machine, from /proc/stat. A core that waits for a disk has nothing to do. */
export function readMachine(): MachineTime {
  const text = read('/proc/stat') ?? ''
  const [, , , idle = 0, waiting = 0, , , stolen = 0] = (/^cpu +(.*)$/m.exec(text)?.[1] ?? '')
    .split(' ')
    .map(Number)
  const cores = text.match(/^cpu\d+ /gm)?.length ?? 0
  return { cores, idleMs: (idle + waiting) * tickMs(), stolenMs: stolen * tickMs() }
}

/** One line of /proc/PID/stat. The name stands in brackets and may hold any character, brackets too. */
export function parseStat(line: string, tickMs: number, page: number): ProcessEntry {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  // Counted from field 3, the state: parent, then utime, stime, cutime, cstime, when it began, and resident pages.
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15)
  return {
    pid: Number.parseInt(line, 10),
    parent: fields[1]!,
    name: (fields[6]! & KERNEL_THREAD) === 0 ? nameIn(line) : 'the kernel',
    began: fields[19]!,
    cpuMs: (user + system) * tickMs,
    reapedMs: (childrenUser + childrenSystem) * tickMs,
    residentBytes: fields[21]! * page,
  }
}

const nameIn = (line: string) => line.slice(line.indexOf('(') + 1, line.lastIndexOf(')'))

function readEntry(directory: string): ProcessEntry | undefined {
  const line = read(`${directory}/stat`)
  if (!line) return undefined
  const inTicks = parseStat(line, tickMs(), pageBytes())
  const entry = { ...inTicks, cpuMs: Math.max(inTicks.cpuMs, exactMs(directory)) }
  return entry.name === NAME_OF_NODE ? { ...entry, name: commandOf(directory) ?? entry.name } : entry
}

/**
 * CPU time of the threads that a process has now, by the scheduler's own count of nanoseconds; 0 where it does not tell. Ticks are
 * cut off for each process, and a PostgreSQL of twenty backends loses a good part of a short round by that; but they know of
 * threads that have ended, too. Neither is ever too much, so the larger one is nearer.
 */
function exactMs(directory: string): number {
  const threads = list(`${directory}/task`)
  return sum(threads.map((thread) => parseSchedstat(read(`${directory}/task/${thread}/schedstat`) ?? '')))
}

/** CPU time in milliseconds of one thread, from its `schedstat`: the first of three numbers. */
export const parseSchedstat = (text: string): number => (Number.parseInt(text, 10) || 0) / 1e6

/** The program as it was called, or the first word of the title that it has given itself; undefined when it has ended. */
function commandOf(directory: string): string | undefined {
  const [path] = (read(`${directory}/cmdline`) ?? '').split(/[\0 ]/)
  return path ? basename(path) : undefined
}

const tickMs = () => 1000 / ticksPerSecond()

const processIds = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has ended, or belongs to someone else.
    return undefined
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    // It has ended.
    return []
  }
}

function lazily(make: () => number): () => number {
  let value: number | undefined
  return () => {
    value ??= make()
    return value
  }
}
