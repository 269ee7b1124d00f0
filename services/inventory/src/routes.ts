import { operations } from '@shop/shared/contract/operations.ts'
import { MAX_LINES, Product, Sku } from '@shop/shared/contract/schemas.ts'
import type { Guard } from '@shop/shared/runtime/auth.ts'
import { routeOptions } from '@shop/shared/runtime/routes.ts'
import type { Server } from '@shop/shared/runtime/server.ts'
import Type from 'typebox'
import { browse, type Inventory, putProduct, quote, readProduct, restock } from './service.ts'

const { listProducts, getProduct, putProduct: put, restockProduct } = operations

const QuoteQuery = Type.Object({ sku: Type.Array(Sku, { minItems: 1, maxItems: MAX_LINES }) })
const Quotes = Type.Object({ items: Type.Array(Type.Pick(Product, ['sku', 'name', 'priceCents'])) })

/** The catalogue and its stock over HTTP. */
export function inventoryRoutes(app: Server, inventory: Inventory, guard: Guard): void {
  app.get(listProducts.url, routeOptions(listProducts, guard), async ({ query }) =>
    browse(inventory, query.limit, query.after),
  )

  app.get(getProduct.url, routeOptions(getProduct, guard), async ({ params }) =>
    readProduct(inventory, params.sku),
  )

  app.put(put.url, routeOptions(put, guard), async ({ params, body }, reply) => {
    const { product, created } = await putProduct(inventory, params.sku, body)
    return reply.code(created ? 201 : 200).send(product)
  })

  app.post(
    restockProduct.url,
    routeOptions(restockProduct, guard),
    async ({ caller, params, headers, body }) =>
      restock(inventory, caller.sub, headers['idempotency-key'], params.sku, body.quantity),
  )

  // For orders, not for the public: the gateway does not route it. It tells what anybody may read.
  const schema = { querystring: QuoteQuery, response: { 200: Quotes } }
  app.get('/internal/quotes', { schema }, async ({ query }) => ({ items: await quote(inventory, query.sku) }))
}
