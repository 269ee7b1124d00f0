import { setTimeout as delay } from 'node:timers/promises'
import type { ProcessName, StackName } from '../../stacks/stack.ts'
import type { Fault } from '../fault.ts'

const PROCESSES: [ProcessName, StackName][] = [
  ['monolith', 'monolith'],
  ['gateway', 'services'],
  ['orders', 'services'],
  ['inventory', 'services'],
]

/** Between the two signals: it has heard of the first, and has not ended. */
const SECOND_AFTER_MS = 150

/** Each process ended at once, and started again a while later. */
export const processFaults: Fault[] = PROCESSES.flatMap(([process, stack]): Fault[] => [
  {
    name: `kill-${process}`,
    title: `${process} killed (SIGKILL)`,
    stacks: [stack],
    holds: [process],
    ...(process === 'orders' && { expect: { goesOn: ['listProducts', 'getProduct', 'restockProduct'] } }),
    async inject({ stack: { control } }) {
      control.signal(process, 'SIGKILL')
      await control.ended(process)
      return () => control.start(process)
    },
  },
  {
    name: `kill-impatiently-${process}`,
    title: `${process} asked to stop (SIGTERM), and again while it stops: it ends at once`,
    stacks: [stack],
    holds: [process],
    async inject({ stack: { control } }) {
      control.allowEnd(process)
      control.signal(process, 'SIGTERM')
      await delay(SECOND_AFTER_MS)
      control.signal(process, 'SIGTERM')
      await control.ended(process)
      return () => control.start(process)
    },
  },
])
