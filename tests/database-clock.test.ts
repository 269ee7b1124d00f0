import { fileURLToPath } from 'node:url'
import { newProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { call } from '../loadtests/lab/client.ts'
import { testSecret, useStack } from './support/stack.ts'

/** How far the second replica's clock is ahead, from which it makes ids. */
const AHEAD = {
  imports: [fileURLToPath(new URL('./support/clock-ahead.mjs', import.meta.url))],
  env: { CLOCK_AHEAD_MS: '600000' },
}

type Page = { items: { id: string; createdAt: string }[]; next: string | null }

describe.each(['monolith', 'services'] as const)('a list of the %s, one of whose clocks is wrong', (name) => {
  const taker = name === 'monolith' ? 'monolith' : 'orders'
  const stack = useStack(name, {
    replicas: { [taker]: 2 },
    preload: (process) => (process === `${taker}-2` ? AHEAD : undefined),
  })

  it('is newest first by the database’s, whoever took the order', async () => {
    const { processes } = stack.current
    const urls = processes.filter((it) => it.name.startsWith(taker)).map(({ url }) => url)
    expect(urls).toHaveLength(2)
    const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
    const sku = await newProduct(context, 100)
    const { token } = newCustomer(context)
    const placed: string[] = []
    // The one that is ahead goes first: by ids, what comes after it would be older.
    for (const url of [...urls.toReversed(), ...urls.toReversed(), ...urls]) {
      const body = { lines: [{ sku, quantity: 1 }] }
      const answer = await call<{ id: string }>('POST', `${url}/orders`, { token, key: newKey(), body })
      expect([201, 202]).toContain(answer.status)
      placed.push(answer.body.id)
    }
    const listed: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const after: string = next && `&after=${next}`
      const page = await call<Page>('GET', `${urls[1]}/orders?limit=2${after}`, { token })
      listed.push(...page.body.items.map(({ id }) => id))
      next = page.body.next
    }
    expect(listed).toEqual(placed.toReversed())
    // Otherwise the clock was right, and nothing was tried.
    expect(placed.toSorted()).not.toEqual(placed)
  })
})
