import assert from 'node:assert/strict'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { ask, useGateway } from './support/gateway.ts'

const { gatewayTo, upstream } = useGateway()

describe('services that come and go', () => {
  it('are found again when they are back', async () => {
    const first = await upstream()
    const port = Number(new URL(first.url).port)
    const context = await gatewayTo({ inventory: first.url })
    expect((await ask(context)).status).toBe(200)
    await first.close()
    expect((await ask(context)).status).toBe(503)
    const second = await upstream(undefined, port)
    await eventually(async () => assert.equal((await ask(context)).status, 200))
    expect(second.requests.length).toBeGreaterThan(0)
  })

  it('with one of two replicas gone, nobody notices', async () => {
    const [one, other] = [await upstream(), await upstream()]
    const context = await gatewayTo({ inventory: `${one.url},${other.url}` })
    const burst = async () =>
      (await Promise.all(Array.from({ length: 40 }, () => ask(context)))).map((it) => it.status)
    expect(new Set(await burst())).toEqual(new Set([200]))
    expect(Math.min(one.requests.length, other.requests.length)).toBeGreaterThan(0)
    await one.close()
    expect(new Set(await burst())).toEqual(new Set([200]))
  })
})
