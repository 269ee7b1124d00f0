import type { ProcessName, StackName } from '../../stacks/stack.ts'
import type { Fault } from '../fault.ts'

const PROCESSES: [ProcessName, StackName][] = [
  ['monolith', 'monolith'],
  ['gateway', 'services'],
  ['orders', 'services'],
  ['inventory', 'services'],
]

/** Each process killed at once, and started again a while later. */
export const processFaults: Fault[] = PROCESSES.map(([process, stack]) => ({
  name: `kill-${process}`,
  title: `${process} killed (SIGKILL)`,
  stacks: [stack],
  async inject({ stack: { control } }) {
    control.signal(process, 'SIGKILL')
    await control.ended(process)
    return () => control.start(process)
  },
}))
