import { cpus } from 'node:os'
import { sum } from 'simple-statistics'
import { stolenMs } from './linux.ts'

/**
 * Begins to watch the whole machine.
 * @param hostMs CPU time so far, in milliseconds, of what runs the stacks and is part of none
 * @returns what says, given the CPU time in milliseconds of all that was sampled since, which share of the machine's CPU
 * time went to programs that do not belong to the measurement, or was taken by the host of a virtual machine, from 0 to 1
 */
export function watchCompany(hostMs = () => 0): (sampledMs: number) => number {
  const [start, busyBefore, ownBefore] = [Date.now(), busyMs(), ownMs() + hostMs()]
  return (sampledMs) => {
    const others = busyMs() - busyBefore - (ownMs() + hostMs() - ownBefore) - sampledMs
    const share = others / (cpus().length * (Date.now() - start))
    return Math.min(1, Math.max(0, share))
  }
}

const busyMs = () =>
  stolenMs() + sum(cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq))

function ownMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
