import { growthOf } from './growth.ts'
import { type ProcessTable, treeOf } from './processes.ts'
import { readMachine, readTable, TELLS_OF_ENDED } from './reader.ts'

/** From this share of the machine's CPU time on, other programs disturb. */
export const DISTURBED = 0.05

/** Where what has ended is not counted by what waited for it, no more than this is missed of it. */
const LOOK_AGAIN_MS = 1_000
const NAMED_FROM = 0.01
const MOST_NAMED = 3

/** What the laboratory runs: nobody's company. */
export type Laboratory = {
  /**
   * Roots of process trees that it started or attached to, loaded or idle; this process's own tree is always among them. Asked
   * anew at each look.
   */
  roots(): number[]
  /** Whether a process that is in none of the trees is the laboratory's all the same: one of a container, say, or Docker's own. */
  owns?(process: { pid: number; name: string }): boolean
  /** CPU time so far, in milliseconds, of what it runs and this machine's process table does not show. */
  elsewhereMs?(): number
  /** Whether something of it may end with no process of it waiting for that, as a container does; it is looked at more often then. */
  endsUnseen?: boolean
}

/** What all others used of the machine while something was measured. */
export type Company = {
  /** Share of the machine's CPU time, all cores; slightly below 0 where clocks disagree. What was stolen is part of it. */
  share: number
  /** The part of it that the host of a virtual machine gave to others. */
  stolen: number
  /** Programs by name, the busiest first: those above 1 %, three at most. */
  programs: { name: string; share: number }[]
}

/**
 * Opens a window on the whole machine. Company is what is busy in it, less all that is the laboratory's: neither stack, loaded
 * or idle, nor a server of them, nor the load generator, nor this process.
 * @returns what closes it
 */
export function openWindow(laboratory: Laboratory): () => { seconds: number; company: Company } {
  const [openedAt, before] = [performance.now(), readMachine()]
  const tally = startTally(laboratory)
  return () => {
    const [ms, after] = [performance.now() - openedAt, readMachine()]
    const { oursMs, others } = tally()
    const allMs = ms * after.cores
    const share = 1 - (after.idleMs - before.idleMs + oursMs) / allMs
    const stolen = (after.stolenMs - before.stolenMs) / allMs
    const programs = busiest(others, allMs, share - stolen)
    return { seconds: ms / 1000, company: { share, stolen, programs } }
  }
}

/** For people: `other programs took 12% of this machine's CPU time (chrome 11%)`. */
export function companyText({ share, stolen, programs }: Company): string {
  const names = programs.map((it) => `${it.name} ${percent(it.share)}`).join(', ')
  const others = `other programs took ${percent(share - stolen)} of this machine's CPU time${names && ` (${names})`}`
  if (stolen < NAMED_FROM) return others
  const host = `the host took ${percent(stolen)}`
  return share - stolen < NAMED_FROM ? `${host} of this machine's CPU time` : `${others}, ${host}`
}

type Look = { table: ProcessTable; ours: Set<number>; elsewhereMs: number }

/** Begins to add up CPU time. @returns what ends it, and tells that of the laboratory and that of others by name, in milliseconds */
function startTally(laboratory: Laboratory): () => { oursMs: number; others: Map<string, number> } {
  const others = new Map<string, number>()
  let oursMs = 0
  let last = look(laboratory)
  const add = () => {
    const now = look(laboratory)
    oursMs += now.elsewhereMs - last.elsewhereMs
    for (const [pid, ms] of growthOf(last.table, now.table)) {
      const { name } = now.table.get(pid)!
      if (last.ours.has(pid) || now.ours.has(pid)) oursMs += ms
      else others.set(name, (others.get(name) ?? 0) + ms)
    }
    last = now
  }
  const timer = TELLS_OF_ENDED && !laboratory.endsUnseen ? undefined : setInterval(add, LOOK_AGAIN_MS).unref()
  return () => {
    clearInterval(timer)
    add()
    return { oursMs, others }
  }
}

function look({ roots, owns, elsewhereMs }: Laboratory): Look {
  const table = readTable()
  const ours = new Set([process.pid, ...roots()].flatMap((root) => treeOf(table, root).map(({ pid }) => pid)))
  if (owns) for (const it of table.values()) if (!ours.has(it.pid) && owns(it)) ours.add(it.pid)
  return { table, ours, elsewhereMs: elsewhereMs?.() ?? 0 }
}

/**
 * The programs that are worth a name.
 * @param others CPU time by name, in milliseconds, @param allMs what the machine had of it
 * @param atMost the share of all of them together. One may seem to have had more: who waits for what has lost its parent also gets
 * what that had used before
 */
export const busiest = (others: Map<string, number>, allMs: number, atMost: number): Company['programs'] =>
  [...others]
    .map(([name, ms]) => ({ name, share: Math.min(ms / allMs, atMost) }))
    .filter(({ share }) => share > NAMED_FROM)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, MOST_NAMED)

const percent = (share: number) => `${Math.round(share * 100)}%`
