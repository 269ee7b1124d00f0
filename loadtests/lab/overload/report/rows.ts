import { latencyText, rateText } from '../../capacity/report/figures.ts'
import type { Load, OverloadResult } from '../result.ts'
import { percent, timeAfter, timesText } from './words.ts'

/** A column of the table: what stands above it, and what a load has in it. */
export type Column = { title: string; of(load: Load): string }

export const columns: Column[] = [
  { title: 'offered, per second', of: ({ ratePerSecond }) => rateText(ratePerSecond) },
  { title: 'settled in time, per second', of: ({ goodputPerSecond }) => rateText(goodputPerSecond) },
  { title: 'of that at capacity', of: ({ held }) => percent(held) },
  { title: 'to accept, p50 / p99', of: ({ acceptedLatency }) => latencyText(acceptedLatency) },
  { title: 'refused (503)', of: (load) => share(load.refused, load) },
  { title: 'to refuse, p50 / p99', of: ({ refusedLatency }) => latencyText(refusedLatency) },
  { title: 'no answer', of: (load) => share(load.gaveUp + load.notConnected, load) },
  { title: 'not sent', of: (load) => share(load.notSent, load) },
  { title: 'cores, stack / k6', of: ({ cores }) => `${cores.stack.toFixed(1)} / ${cores.k6.toFixed(1)}` },
  { title: 'settles again after', of: ({ recovery }) => timeAfter(recovery.orderSettledAfterMs) },
  { title: 'quiet after', of: ({ recovery }) => timeAfter(recovery.quietAfterMs) },
]

/** The table, a row for each load: the stack, the load, and what is in the columns. */
export const tableRows = ({ stacks }: OverloadResult) =>
  stacks.flatMap(({ stack, loads }) =>
    loads.map((load, i) => ({
      stack,
      times: timesText(load),
      isFirst: i === 0,
      cells: columns.map(({ of }) => of(load)),
    })),
  )

const share = (count: number, { offered }: Load) => (count === 0 ? 'none' : percent(count / offered))
