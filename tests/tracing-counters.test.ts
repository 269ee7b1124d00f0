import { buy, newProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer } from '@shop/shared/testing/context.ts'
import type { StackName } from '../loadtests/lab/stacks/start.ts'
import { testSecret, useStack } from './support/stack.ts'

const COUNTERS = ['db_statements_total', 'messages_published_total', 'messages_consumed_total'] as const
type Counts = Record<(typeof COUNTERS)[number], number>

async function countsOf(url: string): Promise<Counts> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const entries = COUNTERS.map((name) => {
    const value = new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(text)?.[1]
    return [name, Number(value)]
  })
  return Object.fromEntries(entries) as Counts
}

/** What one order adds; undefined where statements are sent all the time. */
const ADDED: Record<StackName, Record<string, [number | undefined, number, number]>> = {
  // begin, reserve-stock, insert-order, commit
  monolith: { monolith: [4, 0, 0] },
  services: { gateway: [0, 0, 0], orders: [undefined, 1, 1], inventory: [undefined, 1, 1] },
}

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
      const added = COUNTERS.map((counter) => after[i]![counter] - before[i]![counter])
      const [statements, published, consumed] = ADDED[name][process.name]!
      expect([process.name, added]).toEqual([process.name, [statements ?? added[0], published, consumed]])
      if (statements === undefined) expect(added[0]).toBeGreaterThan(3)
    }
  })
})
