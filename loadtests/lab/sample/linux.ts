import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { sum } from 'simple-statistics'
import type { ProcessEntry, ProcessTable } from './processes.ts'

const ticksPerSecond = lazily(() => Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })))
const pageBytes = lazily(() => Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })))

/** The process table of this machine, from /proc. CPU time is exact to one tick of the kernel, mostly 10 ms. */
export function readProcesses(): ProcessTable {
  const entries = processIds().flatMap((pid) => readStat(`/proc/${pid}/stat`) ?? [])
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

/** CPU time that the host of this virtual machine gave to others, in milliseconds since its start; 0 where nobody tells. */
export function stolenMs(): number {
  const ticks = /^cpu +(?:\d+ ){7}(\d+)/.exec(read('/proc/stat') ?? '')?.[1]
  return ticks ? (Number(ticks) * 1000) / ticksPerSecond() : 0
}

/**
 * CPU time so far of all processes with one of these names, and of the children that they have waited for, in milliseconds.
 * @param names as the kernel keeps them: 15 characters at most
 */
export function namedMs(names: readonly string[]): number {
  const lines = processIds().flatMap((pid) => read(`/proc/${pid}/stat`) ?? [])
  const named = lines.filter((line) =>
    names.includes(line.slice(line.indexOf('(') + 1, line.lastIndexOf(')'))),
  )
  return sum(named.map(parse).map(({ cpuMs, reapedMs }) => cpuMs + reapedMs))
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
    cpuMs: (user + system) * tickMs,
    reapedMs: (childrenUser + childrenSystem) * tickMs,
    residentBytes: fields[21]! * page,
  }
}

function readStat(path: string): ProcessEntry | undefined {
  const line = read(path)
  return line ? parse(line) : undefined
}

const parse = (line: string) => parseStat(line, 1000 / ticksPerSecond(), pageBytes())

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
