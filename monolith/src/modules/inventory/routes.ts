import { operations } from '@shop/shared/contract/operations.ts'
import type { Guard } from '@shop/shared/runtime/auth.ts'
import { routeOptions } from '@shop/shared/runtime/routes.ts'
import type { Server } from '@shop/shared/runtime/server.ts'
import { browse, type Inventory, putProduct, readProduct, restock } from './service.ts'

const { listProducts, getProduct, putProduct: put, restockProduct } = operations

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
}
