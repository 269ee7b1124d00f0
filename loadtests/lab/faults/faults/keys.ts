import type { Fault, FaultContext } from '../fault.ts'
import { DATABASES, lock } from './locks.ts'

const LASTS_MS = 7_000
/** Many ask again for what they ordered a moment ago. */
const LOAD = { durationMs: 8_000, deadlineMs: 25_000, repeats: 0.5 }

/** Whose answer was lost learns what became of the order, whatever an order that is new would have to wait for. */
export const keyFaults: Fault[] = [
  {
    name: 'keys-inventory-away',
    title: 'orders asked for again under their keys while inventory is away',
    stacks: ['services'],
    setup: { load: LOAD },
    holds: ['inventory', 'load'],
    lastsMs: LASTS_MS,
    expect: { goesOn: ['repeatOrder', 'getOrder', 'listOrders', 'cancelOrder'] },
    async inject({ stack: { control } }) {
      control.signal('inventory', 'SIGKILL')
      await control.ended('inventory')
      return () => control.start('inventory')
    },
  },
  {
    name: 'keys-inventory-hangs',
    title: 'orders asked for again under their keys while inventory hangs (SIGSTOP)',
    stacks: ['services'],
    setup: { load: LOAD },
    holds: ['inventory', 'load'],
    lastsMs: LASTS_MS,
    expect: { goesOn: ['repeatOrder', 'getOrder', 'listOrders', 'cancelOrder'] },
    async inject({ stack: { control } }: FaultContext) {
      control.signal('inventory', 'SIGSTOP')
      return async () => control.signal('inventory', 'SIGCONT')
    },
  },
  {
    name: 'keys-rows-locked',
    title: 'orders asked for again under their keys while the rows of all products are locked',
    stacks: ['monolith', 'services'],
    setup: { load: LOAD },
    holds: ['products', 'load'],
    needs: DATABASES,
    lastsMs: LASTS_MS,
    expect: { goesOn: ['repeatOrder'] },
    inject: (context) => lock(context),
  },
]
