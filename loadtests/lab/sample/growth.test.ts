import { growthOf } from './growth.ts'
import type { ProcessEntry, ProcessTable } from './processes.ts'

/** Rows: process, parent, own CPU time, that of what it waited for. */
function tableOf(...rows: [pid: number, parent: number, cpuMs: number, reapedMs?: number][]): ProcessTable {
  const entries = rows.map(([pid, parent, cpuMs, reapedMs = 0]): [number, ProcessEntry] => [
    pid,
    { pid, parent, name: `p${pid}`, cpuMs, reapedMs, residentBytes: 0 },
  ])
  return new Map(entries)
}

describe('growthOf', () => {
  it('tells what each process used between two readings, new ones in full', () => {
    const growth = growthOf(tableOf([5, 1, 100], [6, 5, 70]), tableOf([5, 1, 130], [6, 5, 70], [7, 5, 20, 3]))
    expect([...growth]).toEqual([
      [5, 30],
      [6, 0],
      [7, 23],
    ])
  })

  it('gives what ended to what waited for it, less what it had used before', () => {
    const growth = growthOf(tableOf([5, 1, 100, 40], [6, 5, 70, 5]), tableOf([5, 1, 100, 40 + 90 + 5]))
    expect(growth.get(5)).toBe(20)
  })

  it('finds the heir of a whole family', () => {
    // 7 ended first, so that 6 waited for it; then 6 did.
    const growth = growthOf(tableOf([5, 1, 0], [6, 5, 10], [7, 6, 50]), tableOf([5, 1, 0, 15 + 60]))
    expect(growth.get(5)).toBe(15)
  })

  it('takes nothing from a process that did not wait, where the system does not tell, too', () => {
    const growth = growthOf(tableOf([5, 1, 100], [6, 5, 70]), tableOf([5, 1, 110]))
    expect(growth.get(5)).toBe(10)
  })

  it('knows a process from another one that has its id', () => {
    expect(growthOf(tableOf([5, 1, 100]), tableOf([5, 1, 30])).get(5)).toBe(30)
  })

  it('knows it by when it began, where the system tells: a thread that ended took its time along', () => {
    const began = (at: number, cpuMs: number) =>
      new Map([[5, { ...tableOf([5, 1, cpuMs]).get(5)!, began: at }]])
    expect(growthOf(began(7, 100), began(7, 99)).get(5)).toBe(0)
    expect(growthOf(began(7, 100), began(8, 130)).get(5)).toBe(130)
  })
})
