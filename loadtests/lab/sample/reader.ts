import { cpus, platform } from 'node:os'
import { sum } from 'simple-statistics'
import * as linux from './linux.ts'
import { type MachineTime, type ProcessTable, treeOf } from './processes.ts'
import * as ps from './ps.ts'

/** `PSS`: shared pages are counted in shares. `RSS`: in full, in each process, so that sums count them twice. */
export type MemoryMeasure = 'PSS' | 'RSS'

/** CPU time so far in milliseconds, and resident memory in bytes, of a process and its descendants, ended ones included. */
export type Reading = { cpuMs: number; memoryBytes: number }

const onLinux = platform() === 'linux'

/** Whether a process counts what its descendants used that have ended. */
export const TELLS_OF_ENDED = onLinux

/** CPU time so far of the whole machine. */
export const readMachine: () => MachineTime = onLinux ? linux.readMachine : readCpus

export const readTable: () => ProcessTable = onLinux ? linux.readProcesses : ps.readProcesses

/** How memory of a process and its descendants can be measured: by RSS where PSS may not be read, as another user's. */
export function memoryMeasureOf(root: number): MemoryMeasure {
  // Descendants come and go, and belong to whom their root belongs to.
  return onLinux && linux.proportionalBytes(root) !== undefined ? 'PSS' : 'RSS'
}

/** Reads one process and its descendants; undefined when it has ended. */
export function readTree(table: ProcessTable, root: number, measure: MemoryMeasure): Reading | undefined {
  const tree = treeOf(table, root)
  if (tree.length === 0) return undefined
  const reading = { cpuMs: 0, memoryBytes: 0 }
  for (const { pid, cpuMs, reapedMs, residentBytes } of tree) {
    reading.cpuMs += cpuMs + reapedMs
    // One that ended since the table was read holds nothing.
    reading.memoryBytes += measure === 'PSS' ? (linux.proportionalBytes(pid) ?? 0) : residentBytes
  }
  return reading
}

function readCpus(): MachineTime {
  const idle = cpus().map(({ times }) => times.idle)
  return { cores: idle.length, idleMs: sum(idle), stolenMs: 0 }
}
