import { median } from 'simple-statistics'
import {
  type MemoryMeasure,
  memoryMeasureOf,
  type Reading,
  readTable,
  readTree,
  TELLS_OF_ENDED,
} from './reader.ts'

/**
 * To read memory, the kernel walks through a process's page tables and holds up the process meanwhile. What has ended is seen
 * no later than at the last look, where what waited for it does not count it.
 */
const SAMPLE_EVERY_MS = TELLS_OF_ENDED ? 5_000 : 1_000
/** A child that lives for seconds only is seen once at least. */
const FIRST_LOOK_MS = 1_000
const BYTES_PER_MIB = 1024 * 1024

/** A process by its name in the report, with all of its descendants. */
export type Group = { name: string; pid: number }

/** What a group used: CPU time over the sampled window in milliseconds, memory over its samples in MiB. */
export type Usage = { name: string; cpuMs: number; memoryMiB: { median: number; peak: number } }

export type Sampler = {
  /** How memory of the groups is measured, each for itself. */
  measures: MemoryMeasure[]
  /** Adds a child of this process that begins only now; all of its CPU time counts. It may end before `stop`. */
  addChild(group: Group): void
  /** Takes the last sample and says what each group used. */
  stop(): Usage[]
}

type Track = Group & { measure: MemoryMeasure; before: number; last: number; memory: number[] }

/**
 * Samples CPU time and memory of the groups now, every few seconds, and at the end: memory is that of all looks, CPU time the
 * difference of the first and the last.
 * @throws Error when a group has ended
 */
export function startSampling(groups: Group[]): Sampler {
  const start = readTable()
  const tracks = groups.map((group) => {
    const measure = memoryMeasureOf(group.pid)
    const reading = readTree(start, group.pid, measure)
    if (!reading) throw new Error(`${group.name} has ended`)
    return track(group, measure, reading.cpuMs, reading)
  })
  const children: Track[] = []
  const reapedBefore = start.get(process.pid)?.reapedMs ?? 0

  const sample = (tracks: Track[]) => {
    const table = readTable()
    for (const it of tracks) note(it, readTree(table, it.pid, it.measure))
    return table
  }
  const all = () => [...tracks, ...children]
  const timers = [setInterval(() => sample(all()), SAMPLE_EVERY_MS)]
  return {
    measures: tracks.map(({ measure }) => measure),
    addChild: (group) => {
      children.push(track(group, memoryMeasureOf(group.pid), 0))
      timers.push(setTimeout(() => sample(children), FIRST_LOOK_MS))
    },
    stop: () => {
      timers.forEach(clearTimeout)
      const reaped = (sample(all()).get(process.pid)?.reapedMs ?? 0) - reapedBefore
      // What a child used after its last sample is known from its having been waited for, if it was the only one.
      if (children.length === 1) children[0]!.last = Math.max(children[0]!.last, reaped)
      return all().map(usageOf)
    },
  }
}

const track = (group: Group, measure: MemoryMeasure, before: number, reading?: Reading): Track => ({
  ...group,
  measure,
  before,
  last: before,
  memory: reading ? [reading.memoryBytes] : [],
})

function note(track: Track, reading: Reading | undefined) {
  if (!reading) return
  track.last = reading.cpuMs
  track.memory.push(reading.memoryBytes)
}

function usageOf({ name, before, last, memory }: Track): Usage {
  const mebibytes = memory.length > 0 ? memory.map((bytes) => bytes / BYTES_PER_MIB) : [0]
  return {
    name,
    cpuMs: last - before,
    memoryMiB: { median: median(mebibytes), peak: Math.max(...mebibytes) },
  }
}
