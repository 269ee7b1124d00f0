import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'
import type { ProcessEntry, ProcessTable } from './processes.ts'

/** The process table by `ps`, for systems without /proc. CPU time is exact to 10 ms on macOS. */
export function readProcesses(): ProcessTable {
  const output = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,time=,rss=,comm='], { encoding: 'utf8' })
  const entries = output.trim().split('\n').map(parseRow)
  return new Map(entries.map((entry) => [entry.pid, entry]))
}

/** One row: process, parent, CPU time as `[[days-]hours:]minutes:seconds[.hundredths]`, resident KiB, path of the program. */
export function parseRow(row: string): ProcessEntry {
  const [pid = '', parent = '', time = '', kib = '', ...path] = row.trim().split(/\s+/)
  const [clock = '', days = '0'] = time.split('-').reverse()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return {
    pid: Number(pid),
    parent: Number(parent),
    name: basename(path.join(' ')),
    cpuMs: (Number(days) * 86_400 + seconds) * 1000,
    reapedMs: 0,
    residentBytes: Number(kib) * 1024,
  }
}
