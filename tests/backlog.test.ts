import assert from 'node:assert/strict'
import { newProduct } from '@shop/shared/testing/calls.ts'
import { createContext } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { call } from '../loadtests/lab/client.ts'
import { customerToken, testSecret, useStack } from './support/stack.ts'

/** More than orders lets be on their way. No queue wants their topic, so they stay in the outbox. */
const TOO_MANY = 2_001
const FILL = `insert into outbox (id, topic, payload, traceparent, request_id)
              select gen_random_uuid(), 'nobody.asked', '{}', '', '' from generate_series(1, ${TOO_MANY})`

describe('a backlog of facts', () => {
  const stack = useStack('services')

  it('has orders refuse new ones until it is worked off, and nothing else', async () => {
    const { databases, url } = stack.current
    const context = createContext({ baseUrl: url, secret: testSecret })
    assert.ok('orders' in databases)
    const sku = await newProduct(context, 10_000)
    const token = await customerToken()
    const body = { lines: [{ sku, quantity: 1 }] }
    const order = () => call('POST', `${url}/orders`, { token, key: uuidv7(), prefer: 'wait=5', body })
    assert.equal((await order()).status, 201)

    const client = new pg.Client(databases.orders)
    await client.connect()
    try {
      await client.query(FILL)
      const refused = await eventually(async () => {
        const answer = await order()
        assert.equal(answer.status, 503)
        return answer
      })
      assert.equal(refused.headers['retry-after'], '1')
      assert.equal((await call('GET', `${url}/orders`, { token })).status, 200)
      await client.query(`delete from outbox where topic = 'nobody.asked'`)
      await eventually(async () => assert.equal((await order()).status, 201))
    } finally {
      await client.end()
    }
  })
})
