import type { ProcessEntry, ProcessTable } from './processes.ts'

/**
 * CPU time in milliseconds that each process used between two readings of the table, by its id. What ended meanwhile and was
 * waited for counts for the process that waited, as far as it used it in between.
 */
export function growthOf(before: ProcessTable, after: ProcessTable): Map<number, number> {
  const inherited = inheritedMs(before, after)
  const growth = [...after.values()].map((now): [number, number] => {
    const then = before.get(now.pid)
    const since = then && isSame(then, now) ? then : undefined
    const reaped = now.reapedMs - (since?.reapedMs ?? 0) - (inherited.get(now.pid) ?? 0)
    // Below 0 where what ended was waited for by nobody, or the system does not tell.
    return [now.pid, Math.max(0, now.cpuMs - (since?.cpuMs ?? 0)) + Math.max(0, reaped)]
  })
  return new Map(growth)
}

/**
 * Not another one that was given the same id since. Where the system does not tell when a process began, one that has used less
 * than before is another; where it does, a thread may have ended, and taken its nanoseconds along.
 */
const isSame = (then: ProcessEntry, now: ProcessEntry) =>
  then.began === undefined ? then.cpuMs <= now.cpuMs : then.began === now.began

/** What had been used already by processes that have ended since, by the process that had them waited for. */
function inheritedMs(before: ProcessTable, after: ProcessTable): Map<number, number> {
  const inherited = new Map<number, number>()
  for (const ended of before.values()) {
    if (after.has(ended.pid)) continue
    const heir = heirOf(ended, before, after)
    inherited.set(heir, (inherited.get(heir) ?? 0) + ended.cpuMs + ended.reapedMs)
  }
  return inherited
}

/** The nearest ancestor that lives on. */
function heirOf({ parent }: ProcessEntry, before: ProcessTable, after: ProcessTable): number {
  const above = before.get(parent)
  return above && !after.has(parent) ? heirOf(above, before, after) : parent
}
