import type { Preload, ProcessName, StackName } from '../../stacks/stack.ts'
import type { Fault } from '../fault.ts'
import type { CrashPoint } from './crash/points.ts'
import { crash } from './crash-faults.ts'
import { clockPreload, crashPreload, together } from './preload.ts'

/** The processes, and where each dies: with a fact in its outbox, where it has one. */
const DIES: [ProcessName, StackName, CrashPoint][] = [
  ['monolith', 'monolith', 'order-after-commit'],
  ['orders', 'services', 'order-after-insert'],
  ['inventory', 'services', 'sent-before-delete'],
]
const AHEAD: [name: string, title: string, aheadMs: number][] = [
  ['ahead-45s', '45 s ahead', 45_000],
  ['ahead-600s', '10 minutes ahead', 600_000],
  ['behind-600s', '10 minutes behind', -600_000],
]

/** A host with a wrong clock: what it wrote, others must find, and when it is gone, too. */
export const clockFaults: Fault[] = DIES.flatMap(([process, stack, point]) =>
  AHEAD.map(([name, title, aheadMs]): Fault => {
    const preload = together(clockPreload(aheadMs), crashPreload(point))
    return {
      name: `clock-${name}-${process}`,
      title: `the clock of ${process} ${title}; it dies, and comes back with the right time`,
      stacks: [stack],
      setup: { preload: (_name, kind): Preload | undefined => (kind === process ? preload : undefined) },
      holds: [process],
      inject: (context) => crash(context, process, point),
    }
  }),
)
