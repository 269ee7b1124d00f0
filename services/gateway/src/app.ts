import { measureUpstreams } from '@shop/http/metrics.ts'
import { isHeld, MAX_WAIT_SECONDS } from '@shop/http/prefer.ts'
import { createUpstream } from '@shop/http/upstream.ts'
import { type Operation, operations } from '@shop/shared/contract/operations.ts'
import { createAuth, decorateCaller } from '@shop/shared/runtime/auth.ts'
import { docs } from '@shop/shared/runtime/docs.ts'
import { health } from '@shop/shared/runtime/health.ts'
import { shedLoad } from '@shop/shared/runtime/load.ts'
import { limitRates } from '@shop/shared/runtime/rate-limit.ts'
import { createServer, type Server } from '@shop/shared/runtime/server.ts'
import type { Config } from './config.ts'
import { forwardTo } from './forward.ts'
import { holdRequests } from './held.ts'

/** How long a request may take, in milliseconds; one that is held until its order settles takes longer. */
const ANSWER_MS = 8_000

/** The shop's one address: checks who is calling, and passes the contract's calls, and only those, to their service. */
export async function createApp(config: Config): Promise<Server> {
  const app = createServer('gateway', config)
  const guard = createAuth(config.AUTH_SECRET)
  const common = { door: config, log: app.log }
  const upstreams = {
    orders: createUpstream({ name: 'orders', urls: config.ORDERS_URLS, tellsDeadline: true, ...common }),
    inventory: createUpstream({ name: 'inventory', urls: config.INVENTORY_URLS, ...common }),
  }
  measureUpstreams(app.metrics, upstreams)

  decorateCaller(app)
  health(app, {
    ready: {},
    details: { orders: () => upstreams.orders.check(), inventory: () => upstreams.inventory.check() },
  })
  await docs(app)
  shedLoad(app, config, isHeld)
  await limitRates(app, config)

  // Bodies are passed on as they came: the service behind parses them, once.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const held = holdRequests()
  for (const { operationId, method, url, roles, tag } of Object.values<Operation>(operations)) {
    const mayHold = operationId === operations.placeOrder.operationId
    app.route({
      method,
      url,
      ...(roles && { onRequest: guard(roles) }),
      config: { answerMs: ANSWER_MS + (mayHold ? MAX_WAIT_SECONDS * 1000 : 0) },
      handler: forwardTo(upstreams[tag], mayHold ? held : undefined),
    })
  }

  app.addHook('preClose', async () => held.letGo())
  app.addHook('onClose', async () => {
    await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()))
  })
  return app
}
