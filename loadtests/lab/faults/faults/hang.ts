import type { Fault } from '../fault.ts'

/** Beyond two heartbeats of five seconds: the broker gives up on it and hands its messages to others. */
const BEYOND_HEARTBEATS_MS = 13_000

/** A process that stops doing anything and keeps its connections. */
export const hangFaults: Fault[] = (['orders', 'inventory'] as const).map((process) => ({
  name: `hang-${process}`,
  title: `${process} hangs for ${BEYOND_HEARTBEATS_MS / 1000} s (SIGSTOP), beyond the broker's heartbeats`,
  stacks: ['services'],
  setup: { load: { durationMs: 4_000, deadlineMs: 25_000 } },
  lastsMs: BEYOND_HEARTBEATS_MS,
  async inject({ stack: { control } }) {
    control.signal(process, 'SIGSTOP')
    return async () => control.signal(process, 'SIGCONT')
  },
}))
