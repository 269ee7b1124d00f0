import { deadlineOf } from '@shop/http/deadline.ts'
import { whileAsked } from '@shop/http/gone.ts'
import { MAX_WAIT_SECONDS, preferredWait } from '@shop/http/prefer.ts'
import { operations } from '@shop/shared/contract/operations.ts'
import { ProblemError } from '@shop/shared/contract/problems.ts'
import type { Guard } from '@shop/shared/runtime/auth.ts'
import { routeOptions } from '@shop/shared/runtime/routes.ts'
import { ANSWER_MS, type Server } from '@shop/shared/runtime/server.ts'
import * as service from './service.ts'

const { placeOrder, listOrders, getOrder, cancelOrder } = operations

/** Orders over HTTP. */
export function ordersRoutes(app: Server, orders: service.Orders, guard: Guard): void {
  app.post(
    placeOrder.url,
    { ...routeOptions(placeOrder, guard), config: { answerMs: ANSWER_MS + MAX_WAIT_SECONDS * 1000 } },
    async ({ caller, headers, body, trace, raw }, reply) => {
      const waitSeconds = preferredWait(headers.prefer)
      const deadline = deadlineOf(raw.headers, ANSWER_MS + waitSeconds * 1000)
      const order = await whileAsked(reply.raw, ({ signal }) => {
        const patience = { trace, waitSeconds, deadline, signal }
        return service.placeOrder(orders, caller, headers['idempotency-key'], body.lines, patience)
      })
      if (order.status === 'rejected')
        throw new ProblemError('out-of-stock', 'The order was kept, rejected', order)
      return reply
        .code(order.status === 'pending' ? 202 : 201)
        .header('location', `/orders/${order.id}`)
        .send(order)
    },
  )

  app.get(listOrders.url, routeOptions(listOrders, guard), async ({ caller, query }) =>
    service.browseOrders(orders, caller, query.limit, query.after),
  )

  app.get(getOrder.url, routeOptions(getOrder, guard), async ({ caller, params }) =>
    service.readOrder(orders, caller, params.id),
  )

  app.post(cancelOrder.url, routeOptions(cancelOrder, guard), async ({ caller, params, trace }) =>
    service.cancelOrder(orders, caller, params.id, trace),
  )
}
