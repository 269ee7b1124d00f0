/** A process as the system's table shows it. */
export type ProcessEntry = {
  pid: number
  parent: number
  /** Of the program, as the system keeps it: 15 characters at most on Linux. */
  name: string
  /** When it began, in ticks since the machine started; undefined where the system does not tell. */
  began?: number
  /** CPU time of the process itself, in milliseconds. */
  cpuMs: number
  /** CPU time of its descendants that have ended and been waited for, in milliseconds; 0 where the system does not tell. */
  reapedMs: number
  /** Resident memory in bytes, pages that it shares counted in full. */
  residentBytes: number
}

export type ProcessTable = Map<number, ProcessEntry>

/** The time, in milliseconds, that the cores had nothing to do so far, and that the host of a virtual machine gave to others. */
export type MachineTime = { cores: number; idleMs: number; stolenMs: number }

/** A process and all of its descendants, from one reading of the table. Empty when it has ended. */
export function treeOf(table: ProcessTable, root: number): ProcessEntry[] {
  const children = new Map<number, ProcessEntry[]>()
  for (const entry of table.values()) {
    const siblings = children.get(entry.parent)
    if (siblings) siblings.push(entry)
    else children.set(entry.parent, [entry])
  }
  const top = table.get(root)
  const tree = top ? [top] : []
  // The array grows while it is walked.
  for (const entry of tree) tree.push(...(children.get(entry.pid) ?? []))
  return tree
}
