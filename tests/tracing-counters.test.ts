import { buy, newProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer } from '@shop/shared/testing/context.ts'
import type { StackName } from '../loadtests/lab/stacks/start.ts'
import { testSecret, useStack } from './support/stack.ts'

const COUNTERS = ['db_statements_total', 'messages_published_total', 'messages_consumed_total'] as const

/** @returns statements sent, messages published and consumed */
async function countsOf(url: string): Promise<[number, number, number]> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const [statements, published, consumed] = COUNTERS.map((name) =>
    Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(text)?.[1]),
  )
  return [statements!, published!, consumed!]
}

/** What one order adds: statements, messages published and consumed. */
const ADDED: Record<StackName, Record<string, [number, number, number]>> = {
  // begin, reserve-stock, insert-order, commit
  monolith: { monolith: [4, 0, 0] },
  services: {
    gateway: [0, 0, 0],
    // insert-order, settle-orders
    orders: [2, 1, 1],
    // find-prices, begin, lock-stock, find-reservations, write-allocation, commit
    inventory: [6, 1, 1],
  },
}
/** Relay and backlog ask their database all the time, so that more statements than an order's are counted. */
const HAS_TIMERS = ['orders', 'inventory']

describe.each(['monolith', 'services'] as const)('an order of the %s', (name) => {
  const stack = useStack(name)

  it('is counted in what it costs, process by process', async () => {
    const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
    const sku = await newProduct(context, 5)
    const { processes } = stack.current
    const before = await Promise.all(processes.map(({ url }) => countsOf(url)))
    await buy(context, newCustomer(context), [{ sku, quantity: 1 }])
    const after = await Promise.all(processes.map(({ url }) => countsOf(url)))
    for (const [i, process] of processes.entries()) {
      const added = after[i]!.map((count, counter) => count - before[i]![counter]!)
      const [statements, ...messages] = ADDED[name][process.name]!
      expect([process.name, ...added]).toEqual([process.name, expect.any(Number), ...messages])
      if (HAS_TIMERS.includes(process.name)) expect(added[0]).toBeGreaterThanOrEqual(statements)
      else expect(added[0]).toBe(statements)
    }
  })
})
