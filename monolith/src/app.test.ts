import { operations } from '@shop/shared/contract/operations.ts'
import type { Server } from '@shop/shared/runtime/server.ts'
import { createApp } from './app.ts'

describe('the monolith', () => {
  let app: Server
  beforeAll(async () => {
    app = await createApp({
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      AUTH_SECRET: 'x'.repeat(32),
      RATE_LIMIT: 100,
      CALLER_SHARE: 0.25,
      PLACES: 200,
      // Nothing listens there: routes are there without a database.
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere',
      DATABASE_CONNECTIONS: 10,
    })
    await app.ready()
  })
  afterAll(() => app.close())

  it('serves the contract, and beside it only what every process serves', () => {
    const contract = Object.values(operations).map(({ method, url }) => `${method} ${url}`)
    const beside = ['', '/live', '/ready'].map((path) => `GET /health${path}`)
    beside.push('GET /metrics', 'GET /openapi.json')
    const served = routesOf(app).filter((route) => !/^(GET|HEAD) \/docs/.test(route))
    expect(served).toEqual([...contract, ...beside].sort())
  })

  it('answers 503 with a problem while its database is away, and does not say why', async () => {
    const { statusCode, headers, body } = await app.inject('/products')
    expect([statusCode, headers['content-type']]).toEqual([503, 'application/problem+json'])
    expect(body).not.toMatch(/ECONN|127\.0\.0\.1|nowhere/)
  })
})

/** `GET /orders/:id`, and so on, from the tree that Fastify prints. */
function routesOf(app: Server): string[] {
  const parents: string[] = []
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', path = '', methods] = /^([│ ]*)[├└]── (\S*)(?: \((.+)\))?$/.exec(line) ?? []
      const depth = indent.length / 4
      parents[depth] = (parents[depth - 1] ?? '') + path
      return methods?.split(', ').map((method) => `${method} ${parents[depth]}`) ?? []
    })
    .sort()
}
