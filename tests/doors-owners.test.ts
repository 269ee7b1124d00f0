import { buy, cancel, listOrders, newProduct, place, readOrder } from '@shop/shared/testing/calls.ts'
import { createContext, newAdmin, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { send } from '@shop/shared/testing/http.ts'
import { assertProblem } from '@shop/shared/testing/problem.ts'
import { testSecret, useStack } from './support/stack.ts'

// Beside what the contract suite tries: the ways around.

describe.each(['monolith', 'services'] as const)('an order in the %s', (name) => {
  const stack = useStack(name)
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })

  it('is not there for another customer, however the path is spelled, and stays as it was', async () => {
    const [ada, eve] = [newCustomer(context()), newCustomer(context())]
    const { id } = await buy(context(), ada, [{ sku: await newProduct(context(), 3), quantity: 1 }])
    const spelled = [
      id,
      id.toUpperCase(),
      `%30${id.slice(1)}`,
      `${id}/`,
      `${id}%2f`,
      `${id}?customer=${ada.sub}`,
      `x/../${id}`,
    ]
    for (const path of spelled) {
      for (const [method, end] of [
        ['GET', ''],
        ['POST', '/cancel'],
      ] as const) {
        const [before, query] = path.split('?')
        const url = `/orders/${before}${end}${query ? `?${query}` : ''}`
        const { status, text } = await send(context(), method, url, { token: eve.token })
        expect([400, 404]).toContain(status)
        expect(text).not.toContain(ada.sub)
        expect(text).not.toContain('unitPriceCents')
      }
    }
    expect((await readOrder(context(), ada, id)).status).toBe('confirmed')
  })

  it('is in nobody else’s list, also not beyond a cursor that is another’s order', async () => {
    const [ada, eve] = [newCustomer(context()), newCustomer(context())]
    const sku = await newProduct(context(), 9)
    const first = await buy(context(), ada, [{ sku, quantity: 1 }])
    const own = await buy(context(), eve, [{ sku, quantity: 1 }])
    const last = await buy(context(), ada, [{ sku, quantity: 1 }])
    expect((await listOrders(context(), eve)).items.map(({ id }) => id)).toEqual([own.id])
    for (const { id } of [first, last])
      expect((await listOrders(context(), eve, `?after=${id}`)).items).toEqual([])
    for (const parameter of ['customer', 'sub', 'customerId', 'owner'])
      assertProblem(
        await send(context(), 'GET', `/orders?${parameter}=${ada.sub}`, { token: eve.token }),
        'invalid-request',
      )
  })

  it('does not come to who repeats the very call that made it, key included', async () => {
    const [ada, eve] = [newCustomer(context()), newCustomer(context())]
    const lines = [{ sku: await newProduct(context(), 9), quantity: 2 }]
    const key = newKey()
    const order = await buy(context(), ada, lines, { key })
    const again = await buy(context(), eve, lines, { key })
    expect(again.id).not.toBe(order.id)
    const { status, text } = await place(context(), eve, [{ ...lines[0], quantity: 3 }], { key })
    expect([status, text.includes(order.id)]).toEqual([422, false])
  })

  it('is not placed in another’s name by what the body or a header says', async () => {
    const [ada, eve] = [newCustomer(context()), newCustomer(context())]
    const sku = await newProduct(context(), 9)
    const lines = [{ sku, quantity: 1 }]
    for (const field of ['customer', 'customerId', 'sub', 'userId', 'status', 'id']) {
      const sent = {
        token: eve.token,
        headers: { 'idempotency-key': newKey() },
        json: { lines, [field]: ada.sub },
      }
      assertProblem(await send(context(), 'POST', '/orders', sent), 'invalid-request')
    }
    const spoofed = { 'x-user': ada.sub, 'x-sub': ada.sub, 'x-role': 'admin', 'x-forwarded-user': ada.sub }
    const order = await buy(context(), eve, lines, { headers: spoofed })
    expect((await cancel(context(), ada, order.id)).status).toBe(404)
    expect((await listOrders(context(), ada)).items).toEqual([])
  })

  it('is an administrator’s to read and cancel one by one, and to neither list nor place', async () => {
    const [ada, root] = [newCustomer(context()), newAdmin(context())]
    const sku = await newProduct(context(), 3)
    const { id } = await buy(context(), ada, [{ sku, quantity: 1 }])
    assertProblem(await send(context(), 'GET', '/orders', { token: root.token }), 'forbidden')
    assertProblem(await place(context(), root, [{ sku, quantity: 1 }]), 'forbidden')
    expect((await readOrder(context(), root, id)).id).toBe(id)
  })
})
