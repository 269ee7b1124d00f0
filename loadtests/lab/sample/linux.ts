import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { MachineTime, ProcessEntry, ProcessTable } from './processes.ts'

const ticksPerSecond = lazily(() => Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })))
const pageBytes = lazily(() => Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })))

/** PF_KTHREAD of the kernel's own sched.h. */
const KERNEL_THREAD = 0x200000
/** Node calls its main thread so, and by that its process; it says nothing to people. */
const NAME_OF_NODE = 'MainThread'

/** The process table of this machine, from /proc. CPU time is exact to one tick of the kernel, mostly 10 ms. */
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
  // Counted from field 3, the state: parent, then utime, stime, cutime, cstime, and resident pages.
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15)
  return {
    pid: Number.parseInt(line, 10),
    parent: fields[1]!,
    name: (fields[6]! & KERNEL_THREAD) === 0 ? nameIn(line) : 'the kernel',
    cpuMs: (user + system) * tickMs,
    reapedMs: (childrenUser + childrenSystem) * tickMs,
    residentBytes: fields[21]! * page,
  }
}

const nameIn = (line: string) => line.slice(line.indexOf('(') + 1, line.lastIndexOf(')'))

function readEntry(directory: string): ProcessEntry | undefined {
  const line = read(`${directory}/stat`)
  if (!line) return undefined
  const entry = parseStat(line, tickMs(), pageBytes())
  return entry.name === NAME_OF_NODE ? { ...entry, name: commandOf(directory) ?? entry.name } : entry
}

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

function lazily(make: () => number): () => number {
  let value: number | undefined
  return () => {
    value ??= make()
    return value
  }
}
