import { type ContractContext, createContext } from '@shop/shared/testing/context.ts'
import type { Stack, StackName } from '../../loadtests/lab/stacks/start.ts'
import { testSecret } from './stack.ts'

export type ProcessName = 'monolith' | 'gateway' | 'orders' | 'inventory'

/** The processes of each stack. */
export const processesOf: [StackName, ProcessName[]][] = [
  ['monolith', ['monolith']],
  ['services', ['gateway', 'orders', 'inventory']],
]

/** The context of one process of a running stack, past the gateway. */
export function contextOf(stack: Stack, name: ProcessName): ContractContext {
  const { url } = stack.processes.find((process) => process.name === name)!
  return createContext({ baseUrl: url, secret: testSecret })
}

/** A guarded call that the process serves. */
export const guardedPath = (name: ProcessName): string =>
  name === 'inventory' ? '/products/GUARDED-1/restock' : '/orders'
