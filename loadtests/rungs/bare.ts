// The rung below the monolith: one Fastify server that runs the monolith's own statements on the monolith's own schema, and
// nothing else. No token, no validation, no log, no metric, no limit. For measuring against; never to be shipped.

import type { LineRequest } from '@shop/shared/contract/schemas.ts'
import { pageOf } from '@shop/shared/runtime/page.ts'
import Fastify from 'fastify'
import pg from 'pg'
import { findProduct, listProducts } from '../../monolith/src/modules/inventory/repository.ts'
import { placeBarely } from './place.ts'

const { HOST = '127.0.0.1', PORT, DATABASE_URL = '', DATABASE_CONNECTIONS = '10' } = process.env
/** Tokens are not read here, so that customers take turns. */
const CUSTOMERS = 50

const app = Fastify()
// As the monolith's, less what it counts and what it guards against.
const pool = new pg.Pool({
  connectionString: DATABASE_URL,
  max: Number(DATABASE_CONNECTIONS),
  pipeline: true,
})
let orders = 0

app.post('/orders', async ({ body, headers }, reply) => {
  const { lines } = body as { lines: LineRequest[] }
  const customer = `customer-${(orders++ % CUSTOMERS) + 1}`
  return reply.code(201).send(await placeBarely(pool, customer, String(headers['idempotency-key']), lines))
})
app.get('/products/:sku', async ({ params }) => findProduct(pool, (params as { sku: string }).sku))

// For the load generator, before it begins, and for whoever waits until this is up.
app.get('/products', async ({ query }) => {
  const { limit, after } = query as { limit: string; after?: string }
  return pageOf(await listProducts(pool, Number(limit), after), Number(limit), ({ sku }) => sku)
})
app.get('/health/ready', async () => pool.query('select 1').then(() => ({ status: 'ok' })))

app.addHook('onClose', () => pool.end())
process.once('SIGTERM', () => app.close())
await app.listen({ host: HOST, port: Number(PORT) })
