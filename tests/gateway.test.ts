import { type ContractContext, newCustomer } from '@shop/shared/testing/context.ts'
import { sendRaw } from '@shop/shared/testing/raw-http.ts'
import { ask, useGateway } from './support/gateway.ts'

const ID = '01890000-0000-7000-8000-000000000000'

const { gatewayTo, upstream } = useGateway()

const withToken = (context: ContractContext, key?: string): RequestInit => ({
  method: 'POST',
  headers: { authorization: `Bearer ${newCustomer(context).token}`, ...(key && { 'idempotency-key': key }) },
})

describe('what the gateway passes on', () => {
  it('is what the contract knows, and the trace: no hop-by-hop, forwarding, internal or spoofed header', async () => {
    const inventory = await upstream()
    const context = await gatewayTo({ inventory: inventory.url })
    const spoofed = {
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil.invalid',
      'x-forwarded-proto': 'https',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      via: '1.1 evil.invalid',
      'x-user': 'root',
      'x-shop-sub': 'root',
      connection: 'keep-alive, x-for-you',
      'x-for-you': 'alone',
      'keep-alive': 'timeout=900',
      te: 'trailers',
      upgrade: 'h2c',
      'proxy-authorization': 'Basic cm9vdA==',
      cookie: 'sub=root',
    }
    const traced = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'x-request-id': 'one-two' }
    const path = '/products?limit=7'
    const { status } = await sendRaw(context, { method: 'GET', path, headers: { ...spoofed, ...traced } })
    expect(status).toBe(200)
    const [request] = inventory.requests
    expect(request).toMatchObject({ method: 'GET', path: '/products?limit=7' })
    expect(request!.headers['x-request-id']).toBe('one-two')
    expect(request!.headers.traceparent).toMatch(new RegExp(`^00-${'a'.repeat(32)}-[0-9a-f]{16}-01$`))
    expect(request!.headers.traceparent).not.toContain('b'.repeat(16))
    expect(request!.headers.host).toBe(new URL(inventory.url).host)
    // The gateway's own connection to the service is another one.
    const { connection: _, ...passed } = spoofed
    for (const name of Object.keys(passed)) expect(request!.headers).not.toHaveProperty(name)
    expect(request!.headers.connection).not.toContain('x-for-you')
  })

  it('is a body byte for byte, under the caller’s token and key', async () => {
    const orders = await upstream()
    const context = await gatewayTo({ orders: orders.url })
    const body = '{ "lines":\t[ {"sku":"MUG-001", "quantity":1.0} ], "é": "\\u00e9" }\n'
    const init = withToken(context, 'k1')
    const headers = {
      ...(init.headers as Record<string, string>),
      'content-type': 'application/json',
      prefer: 'wait=3',
    }
    await ask(context, '/orders', { ...init, headers, body })
    const [request] = orders.requests
    expect(request!.body).toBe(body)
    expect(request!.headers).toMatchObject(headers)
  })

  it('is nothing of what the contract does not know', async () => {
    const [orders, inventory] = [await upstream(), await upstream()]
    const context = await gatewayTo({ orders: orders.url, inventory: inventory.url })
    for (const path of ['/internal/quotes?sku=A', '/', '/products/A/B', '/orders/1/2', '//products']) {
      expect((await ask(context, path)).status).toBe(404)
    }
    expect((await ask(context, '/orders', { method: 'DELETE' })).status).toBe(404)
    expect([...orders.requests, ...inventory.requests]).toEqual([])
  })

  it('is no call of who may not make it, and no body above the limit', async () => {
    const [orders, inventory] = [await upstream(), await upstream()]
    const context = await gatewayTo({ orders: orders.url, inventory: inventory.url })
    expect((await ask(context, '/orders', { method: 'POST', body: '{}' })).status).toBe(401)
    const put = { ...withToken(context), method: 'PUT', body: '{}' }
    expect((await ask(context, '/products/MUG-001', put)).status).toBe(403)
    const big = { ...withToken(context, 'k1'), body: 'x'.repeat(100_000) }
    expect((await ask(context, '/orders', big)).status).toBe(413)
    expect([...orders.requests, ...inventory.requests]).toEqual([])
  })
})

describe('what the gateway answers', () => {
  it('is the service’s status, body and the headers of the contract, and none of its own business', async () => {
    const inventory = await upstream((_request, response) => {
      const problem = { 'content-type': 'application/problem+json', location: '/x', 'retry-after': '7' }
      response.writeHead(418, { ...problem, server: 'secret/1.0', 'x-powered-by': 'us', 'set-cookie': 'a=b' })
      response.end('{"odd":"\\u00e9" }')
    })
    const context = await gatewayTo({ inventory: inventory.url })
    const { status, headers, text } = await ask(context)
    expect([status, text]).toEqual([418, '{"odd":"\\u00e9" }'])
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect([headers.get('location'), headers.get('retry-after')]).toEqual(['/x', '7'])
    for (const name of ['server', 'x-powered-by', 'set-cookie']) expect(headers.get(name)).toBeNull()
  })

  it('when a service is down, is a 503 that names no address, and /health names the service', async () => {
    const orders = await upstream()
    const context = await gatewayTo({ orders: orders.url })
    const { status, headers, text } = await ask(context)
    expect([status, headers.get('content-type')]).toEqual([503, 'application/problem+json'])
    expect(headers.get('retry-after')).not.toBeNull()
    expect(text).not.toMatch(/127\.0\.0\.1|ECONN|inventory|:\d{4,5}/)
    expect((await ask(context, '/health/ready')).status).toBe(200)
    const health = await ask(context, '/health')
    expect(JSON.parse(health.text)).toMatchObject({
      status: 'degraded',
      checks: { orders: { status: 'ok' }, inventory: { status: 'missing' } },
    })
    expect(health.text).not.toMatch(/127\.0\.0\.1|:\d{4,5}/)
  })

  it('when a service says 503, is that, asked for once', async () => {
    const inventory = await upstream((_request, response) => response.writeHead(503).end())
    const context = await gatewayTo({ inventory: inventory.url })
    expect((await ask(context)).status).toBe(503)
    expect(inventory.requests).toHaveLength(1)
  })

  it('when a connection breaks on the way, asks again only for what has no second effect', async () => {
    const breaking = await upstream((request) => request.socket.destroy())
    const context = await gatewayTo({ orders: breaking.url, inventory: breaking.url })
    const ids = () => breaking.requests.splice(0).length
    expect((await ask(context)).status).toBe(503)
    expect(ids()).toBeGreaterThan(1)
    expect((await ask(context, `/orders/${ID}/cancel`, withToken(context))).status).toBe(503)
    expect(ids()).toBe(1)
  })

  it('when a service does not answer, is a 504 after some seconds', async () => {
    const silent = await upstream(() => undefined)
    const context = await gatewayTo({ inventory: silent.url })
    const { status, text } = await ask(context)
    expect(status).toBe(504)
    expect(JSON.parse(text).type).toBe('urn:one-shop-twice:problem:timeout')
    expect(silent.requests).toHaveLength(1)
  }, 20_000)
})
