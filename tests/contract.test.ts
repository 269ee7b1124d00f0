import { newProduct, place } from '@shop/shared/testing/calls.ts'
import { newCustomer } from '@shop/shared/testing/context.ts'
import { contractCases, createContext } from '@shop/shared/testing/contract-suite.ts'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import { testSecret, useStack } from './support/stack.ts'

describe.each(['monolith', 'services'] as const)('the contract on the %s', (name) => {
  const stack = useStack(name)

  it.each(contractCases)('$name', async ({ run }) => {
    await run(createContext({ baseUrl: stack.current.url, secret: testSecret }))
  })

  it('answers an order that nobody waits for as its architecture does', async () => {
    const context = createContext({ baseUrl: stack.current.url, secret: testSecret })
    const sku = await newProduct(context, 1)
    const ask = () => place(context, newCustomer(context), [{ sku, quantity: 1 }], { prefer: null })
    expect((await ask()).status).toBe(name === 'monolith' ? 201 : 202)
    expect((await ask()).status).toBe(name === 'monolith' ? 409 : 202)
  })

  it('leaves databases and queues in which all invariants hold', async () => {
    const { checks } = await auditStack(stack.current.databases, stack.current.amqp)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
  })
})
