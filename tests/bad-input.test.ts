import assert from 'node:assert/strict'
import { buy, newProduct, readProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { send } from '@shop/shared/testing/http.ts'
import { sendBytes } from '@shop/shared/testing/raw-http.ts'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import { sequence } from './support/sequence.ts'
import { testSecret, useStack } from './support/stack.ts'

const BODIES = 300

const oddities = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '0',
  '-',
  'e9',
  'null',
  '\u0000',
  '\ud800',
  '\ufeff',
  'é',
  ' ',
  '\n',
]

/** A good body with one to three bytes lost, doubled, or replaced by something odd. */
function spoil(body: string, draw: (below: number) => number): string {
  let spoiled = body
  for (let i = 0; i <= draw(3); i++) {
    const at = draw(spoiled.length)
    const instead = [() => '', () => spoiled[at]!.repeat(2), () => oddities[draw(oddities.length)]!][
      draw(3)
    ]!()
    spoiled = spoiled.slice(0, at) + instead + spoiled.slice(at + 1)
  }
  return spoiled
}

describe.each(['monolith', 'services'] as const)('the %s', (name) => {
  const stack = useStack(name)
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })

  it('answers any body with a problem or an order, and only orders take stock', async () => {
    const sku = await newProduct(context(), 1_000_000)
    const { token } = newCustomer(context())
    const draw = sequence(7)
    let taken = 0
    let refused = 0
    for (let i = 0; i < BODIES; i++) {
      const body = spoil(JSON.stringify({ lines: [{ sku, quantity: 2 }] }), draw)
      const headers = { 'idempotency-key': newKey(), prefer: 'wait=10' }
      const answer = await send(context(), 'POST', '/orders', { token, headers, body })
      if (answer.status === 201)
        taken += (answer.body as { lines: { quantity: number }[] }).lines[0]!.quantity
      else refused++
    }
    expect(refused).toBeGreaterThan(BODIES / 2)
    assert.equal((await readProduct(context(), sku)).available, 1_000_000 - taken)
  })

  it('drops a client that hangs up in the middle, without harm', async () => {
    const sku = await newProduct(context(), 5)
    const { token } = newCustomer(context())
    const head = [
      'POST /orders HTTP/1.1',
      'Host: shop',
      `Authorization: Bearer ${token}`,
      `Idempotency-Key: ${newKey()}`,
    ]
    const body = JSON.stringify({ lines: [{ sku, quantity: 1 }] })
    const cut = [
      ...head,
      'Content-Type: application/json',
      `Content-Length: ${body.length + 9}`,
      '',
      body,
    ].join('\r\n')
    await sendBytes(context(), cut, { halfClose: true })
    await buy(context(), newCustomer(context()), [{ sku, quantity: 5 }])
  })

  it('is sound after all that', async () => {
    const { checks } = await auditStack(stack.current.databases, stack.current.amqp)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
  })
})
