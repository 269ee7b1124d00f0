import assert from 'node:assert/strict'
import { newProduct } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import type { StackDatabases } from '../loadtests/lab/stacks/stack.ts'
import { testSecret, testServers, useStack } from './support/stack.ts'

const BREAKS = 60
const BUYERS = 20

/** Places one order without the suite's checks: while connections break, a 503 is in order. 0 stands for no answer at all. */
async function statusOfOrder({ urlFor, secret }: ContractContext, sku: string): Promise<number> {
  const response = await fetch(`${urlFor('/orders')}/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${newCustomer({ urlFor, secret }).token}`,
      'idempotency-key': newKey(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
  })
  await response.text()
  return response.status
}

const namesOf = (databases: StackDatabases): string[] =>
  Object.values(databases).map((url) => new URL(url).pathname.slice(1))

describe.each(['monolith', 'services'] as const)('the %s', (name) => {
  const stack = useStack(name)

  it('outlives database connections that break under load, and loses nothing by it', async () => {
    const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
    const sku = await newProduct(context, 1_000_000)
    const admin = new pg.Client({ connectionString: testServers().postgresUrl })
    await admin.connect()
    const statuses: number[] = []
    const accepted = () => statuses.filter((status) => status === 201 || status === 202).length
    let breaking = true
    const buyer = async () => {
      while (breaking) statuses.push(await statusOfOrder(context, sku).catch(() => 0))
    }
    const buyers = Promise.all(Array.from({ length: BUYERS }, buyer))
    try {
      for (let i = 0; i < BREAKS; i++) {
        const before = accepted()
        await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1)', [
          namesOf(stack.current.databases),
        ])
        await eventually(async () => assert.ok(accepted() > before, 'no order is taken any more'))
      }
    } finally {
      breaking = false
      await buyers
      await admin.end()
    }
    expect(statuses.filter((status) => ![201, 202, 503].includes(status))).toEqual([])
    const { checks } = await auditStack(stack.current.databases, stack.current.amqp)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
  })
})
