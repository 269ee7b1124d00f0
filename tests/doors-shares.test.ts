import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { buy, newProduct } from '@shop/shared/testing/calls.ts'
import { type Caller, createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { ask } from './support/gateway.ts'
import { testSecret, useStack } from './support/stack.ts'

/** Where requests can be held, those that will be are on their way in as well. */
const rows = [
  ['monolith', 200],
  ['services', 600],
] as const

describe.each(rows)('bodies that never end, sent to the %s', (name, places) => {
  const share = places / 4
  const stack = useStack(name, { env: () => ({ CALLER_SHARE: '0.25' }) })
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })
  let sockets: Socket[] = []
  let answers: string[]
  beforeEach(() => {
    answers = []
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await eventually(async () => assert.equal(await arriving(), 0, 'a place was not given back'))
  })

  async function arriving(): Promise<number> {
    const { text } = await ask(context(), '/metrics')
    return Number(/^http_places_taken\{.*kind="arriving".*\} (\d+)$/m.exec(text)?.[1])
  }

  /** Sends the first byte of so many orders, and no more. */
  function beginOrders(count: number, customer: () => Caller): void {
    const { hostname, port } = new URL(stack.current.url)
    sockets = Array.from({ length: count }, () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined).on('data', (data) => answers.push(String(data)))
      socket.write(
        `POST /orders HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer ${customer().token}\r\nIdempotency-Key: ${newKey()}\r\n` +
          'Content-Type: application/json\r\nContent-Length: 60\r\n\r\n{',
      )
      return socket
    })
  }

  async function othersRead(): Promise<void> {
    const headers = { authorization: `Bearer ${newCustomer(context()).token}` }
    const asked = Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0 ? ask(context(), '/products') : ask(context(), '/orders', { headers }),
    )
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200))
  }

  it('by one customer, take that customer’s share, and nothing of anybody else’s', async () => {
    const sku = await newProduct(context(), 5)
    const greedy = newCustomer(context())
    beginOrders(places, () => greedy)
    await eventually(async () => assert.equal(answers.length, places - share))
    expect(await arriving()).toBe(share)
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 429 .*\r\nretry-after: 1\r\n/s)
    await othersRead()
    await buy(context(), newCustomer(context()), [{ sku, quantity: 1 }])
  })

  it('by many, take no place from those who only read', async () => {
    beginOrders(places + 20, () => newCustomer(context()))
    await eventually(async () => assert.equal(answers.length, 20))
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 503 /)
    await othersRead()
  })
})
