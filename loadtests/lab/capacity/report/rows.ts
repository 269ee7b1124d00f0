import { figure } from '../../report/format.ts'
import { type Rate, ratesOf } from '../rates.ts'
import type { CapacityResult } from '../result.ts'
import { latencyText, rateText } from './figures.ts'

/** A column of the table: what stands above it, and what a rate has in it. */
export type Column = { title: string; of(rate: Rate): string }

export const columns: Column[] = [
  { title: 'held', of: ({ held, failed }) => (held + failed === 0 ? '' : `${held} of ${held + failed}`) },
  { title: 'void', of: (rate) => (rate.void === 0 ? '' : String(rate.void)) },
  { title: 'to settle, p50 / p99', of: ({ settled }) => latencyText(settled) },
  { title: 'to accept, p50 / p99', of: ({ accepted }) => latencyText(accepted) },
  {
    title: 'CPU ms an order, Node / servers',
    of: ({ cpuMsPerOrder: cpu }) => (cpu ? `${figure(cpu.apps)} / ${figure(cpu.servers)}` : ''),
  },
  {
    title: 'cores, Node / servers / k6',
    of: ({ cores }) =>
      cores ? [cores.apps, cores.servers, cores.k6].map((it) => it.toFixed(2)).join(' / ') : '',
  },
]

/** The table, a row for each rate of each stack. */
export const tableRows = ({ stacks }: CapacityResult) =>
  stacks.flatMap((stack) =>
    ratesOf(stack).map((rate, i) => ({
      stack: stack.stack,
      rate: rateText(rate.ratePerSecond),
      isFirst: i === 0,
      cells: columns.map(({ of }) => of(rate)),
    })),
  )
