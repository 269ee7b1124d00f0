import assert from 'node:assert/strict'
import { Order } from '@shop/shared/contract/schemas.ts'
import { buy, cancelled, expectBody, listOrders, newProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { sendBytes, sendRaw } from '@shop/shared/testing/raw-http.ts'
import { blockProduct } from './support/block.ts'
import { ask } from './support/gateway.ts'
import { contextOf, guardedPath, processesOf } from './support/processes.ts'
import { testSecret, useStack } from './support/stack.ts'

// What a process takes for a request, and for which. shared/src/runtime/door.test.ts has the many forms; here is what comes of
// them in each shape.

const HOST = 'Host: shop\r\n'
const statuses = (reply: string) => [...reply.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, it]) => Number(it))

describe.each(processesOf)('a request to the %s', (name, processes) => {
  const stack = useStack(name)
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })

  /** An order as bytes. @param line how its request line begins and ends, and its hosts */
  function order(token: string, sku: string, line = `POST /orders HTTP/1.1\r\n${HOST}`): string {
    const body = JSON.stringify({ lines: [{ sku, quantity: 1 }] })
    const head = `${line}Authorization: Bearer ${token}\r\nIdempotency-Key: ${newKey()}\r\nPrefer: wait=10\r\n`
    return `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }

  it.each(processes)('is one of HTTP/1.0 or 1.1 with a host that is one: %s', async (process) => {
    const bad = [
      `GET ${guardedPath(process)}\r\n${HOST}\r\n`,
      `GET ${guardedPath(process)} HTTP/2.0\r\n${HOST}\r\n`,
      `GET ${guardedPath(process)} HTTP/1.0\r\n${HOST}${HOST}\r\n`,
      `GET ${guardedPath(process)} HTTP/1.1\r\nHost: a b\r\n\r\n`,
      `GET ${guardedPath(process)} HTTP/1.1\r\nHost: a/../b\r\n\r\n`,
      `GET ${guardedPath(process)}#x HTTP/1.1\r\n${HOST}\r\n`,
    ]
    for (const bytes of bad) {
      const reply = await sendBytes(contextOf(stack.current, process), bytes)
      assert.deepEqual([bytes, statuses(reply)], [bytes, [400]])
      assert.match(reply, /application\/problem\+json/)
    }
  })

  it.each(processes)('may be one of HTTP/1.0 without a host, as a health check is: %s', async (process) => {
    const reply = await sendBytes(contextOf(stack.current, process), 'GET /health/ready HTTP/1.0\r\n\r\n')
    expect(statuses(reply)).toEqual([200])
  })

  it.each([
    ['without a version', `POST /orders\n${HOST}`],
    ['without a version, kept alive', `POST /orders\n${HOST}Connection: keep-alive\r\n`],
    ['with two hosts', `POST /orders HTTP/1.1\r\n${HOST}${HOST}`],
  ])('%s makes no order, and nor does what comes behind it', async (_, line) => {
    const sku = await newProduct(context(), 5)
    const customer = newCustomer(context())
    const bytes = order(customer.token, sku, line) + order(customer.token, sku)
    expect(statuses(await sendBytes(context(), bytes))).toEqual([400])
    expect((await listOrders(context(), customer)).items).toEqual([])
    await buy(context(), newCustomer(context()), [{ sku, quantity: 5 }])
  })

  it('that is good is answered, and a stray byte behind it is refused after it', async () => {
    const sku = await newProduct(context(), 5)
    const customer = newCustomer(context())
    const reply = await sendBytes(context(), `${order(customer.token, sku)}X`)
    expect(statuses(reply)).toEqual([201, 400])
    expect((await listOrders(context(), customer)).items).toHaveLength(1)
  })

  it('for an order is one however its path is written', async () => {
    const sku = await newProduct(context(), 5)
    const customer = newCustomer(context())
    for (const path of ['/%6frders', '/%6F%72ders', 'http://h/orders', '/orders?x']) {
      const body = JSON.stringify({ lines: [{ sku, quantity: 1 }] })
      const answer = await sendRaw(context(), {
        method: 'POST',
        path,
        headers: {
          authorization: `Bearer ${customer.token}`,
          'idempotency-key': newKey(),
          'content-type': 'application/json',
          prefer: 'wait=10',
        },
        chunks: [body],
      })
      const { id } = expectBody<Order>(answer, [201], Order)
      await cancelled(context(), customer, id)
    }
  })
})

describe('an order that is held', () => {
  const stack = useStack('services')
  const context = () => createContext({ baseUrl: stack.current.url, secret: testSecret })

  it.each(['/orders', '/%6frders', '/%6F%72ders?x', 'http://h/orders'])(
    'takes no place from requests at work, written as %s',
    async (path) => {
      const sku = await newProduct(context(), 5)
      const block = await blockProduct((stack.current.databases as { inventory: string }).inventory, sku)
      const { token } = newCustomer(context())
      const answer = sendRaw(context(), {
        method: 'POST',
        path,
        headers: {
          authorization: `Bearer ${token}`,
          'idempotency-key': newKey(),
          'content-type': 'application/json',
          prefer: 'wait=20',
        },
        chunks: [JSON.stringify({ lines: [{ sku, quantity: 1 }] })],
      })
      for (const process of ['gateway', 'orders'] as const) {
        const taken = async (kind: string) => {
          const { text } = await ask(contextOf(stack.current, process), '/metrics')
          return Number(new RegExp(`^http_places_taken\\{.*kind="${kind}".*\\} (\\d+)$`, 'm').exec(text)?.[1])
        }
        await eventually(async () => assert.equal(await taken('held'), 1, process))
        assert.equal(await taken('work'), 0, process)
      }
      await block.lift()
      expect((await answer).status).toBe(201)
    },
  )
})
