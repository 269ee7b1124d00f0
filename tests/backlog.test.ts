import assert from 'node:assert/strict'
import { topology } from '@shop/messaging/topology.ts'
import { newProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import amqplib from 'amqplib'
import { call } from '../loadtests/lab/client.ts'
import { blockProduct } from './support/block.ts'
import { testSecret, useStack } from './support/stack.ts'

const LIMIT = 60
/** Far above what may be at once: each waits for the one before. */
const TRIES = 4 * LIMIT

describe('a backlog of orders', () => {
  const stack = useStack('services', {
    env: () => ({ BACKLOG_LIMIT: String(LIMIT), BACKLOG_LIMIT_ALONE: '100000' }),
  })
  const shop = () => {
    const { url, databases, amqp } = stack.current
    assert.ok('orders' in databases && amqp)
    const context = createContext({ baseUrl: url, secret: testSecret })
    const { token } = newCustomer(context)
    const order = (sku: string, prefer?: string) =>
      call('POST', `${url}/orders`, {
        token,
        key: newKey(),
        ...(prefer && { prefer }),
        body: { lines: [{ sku, quantity: 1 }] },
      })
    return { context, databases, amqp, order }
  }

  const metrics = async () => {
    const orders = stack.current.processes.find(({ name }) => name === 'orders')!
    return (await fetch(`${orders.url}/metrics`)).text()
  }

  it('counts what inventory has at hand, has new ones refused, and those alone, until it is worked off', async () => {
    const { context, databases, order } = shop()
    const sku = await newProduct(context, 10_000)
    const block = await blockProduct(databases.inventory, sku)
    let taken = 0
    const refused = await (async () => {
      for (; taken < TRIES; taken++) {
        const answer = await order(sku)
        if (answer.status !== 202) return answer
      }
      throw new Error(`${taken} orders were taken, and none refused`)
    })()
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1'])
    expect(taken).toBeGreaterThanOrEqual(LIMIT)
    // It is counted ever so often: some more may have come in between.
    expect(taken).toBeLessThan(3 * LIMIT)
    await block.lift()
    await eventually(async () => assert.equal((await order(sku, 'wait=10')).status, 201), 30_000)
  })

  it('is not what a queue of somebody else holds up', async () => {
    const { context, amqp, order } = shop()
    const connection = await amqplib.connect(amqp.url)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue(`${amqp.namespace}.strangers`, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-max-length': 1, 'x-overflow': 'reject-publish' },
    })
    await channel.bindQueue(queue, topology(amqp.namespace).events, 'order.placed')
    try {
      const sku = await newProduct(context, 10_000)
      for (let i = 0; i < 2 * LIMIT; i++) {
        const { status } = await order(sku, 'wait=10')
        expect(status).toBe(201)
      }
      const told = await metrics()
      expect(told).toMatch(/^outbox_refused_total\{.*topic="order.placed",reason="refused".*\} \d+$/m)
      expect(Number(/^outbox_facts\{.*\} (\d+)$/m.exec(told)?.[1])).toBeGreaterThan(LIMIT)
    } finally {
      await channel.deleteQueue(queue)
      await connection.close()
    }
    await eventually(async () => assert.match(await metrics(), /^outbox_facts\{.*\} 0$/m), 30_000)
  })
})
