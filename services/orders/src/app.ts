import { randomUUID } from 'node:crypto'
import { measureUpstreams } from '@shop/http/metrics.ts'
import { isHeld } from '@shop/http/prefer.ts'
import { createUpstream } from '@shop/http/upstream.ts'
import { watchBacklog } from '@shop/messaging/backlog.ts'
import { connectBroker } from '@shop/messaging/broker.ts'
import { brokerMetrics } from '@shop/messaging/broker-metrics.ts'
import { pruneInbox } from '@shop/messaging/inbox.ts'
import { outboxMetrics } from '@shop/messaging/metrics.ts'
import { createQueues } from '@shop/messaging/queues.ts'
import { startRelay } from '@shop/messaging/relay.ts'
import { MESSAGING_MIGRATIONS } from '@shop/messaging/schema.ts'
import { operations } from '@shop/shared/contract/operations.ts'
import { createAuth, decorateCaller } from '@shop/shared/runtime/auth.ts'
import { createDatabase } from '@shop/shared/runtime/database.ts'
import { docs } from '@shop/shared/runtime/docs.ts'
import { health } from '@shop/shared/runtime/health.ts'
import { shedLoad } from '@shop/shared/runtime/load.ts'
import { migrate } from '@shop/shared/runtime/migrate.ts'
import { createServer, type Server } from '@shop/shared/runtime/server.ts'
import { ordersBroker } from './broker.ts'
import type { Config } from './config.ts'
import { stockConsumer } from './consumer.ts'
import { ordersMetrics } from './metrics.ts'
import { startReconciliation } from './reconciliation.ts'
import { countPending } from './reconciliation-repository.ts'
import { ordersRoutes } from './routes.ts'
import { findSettled } from './settlement-repository.ts'
import { createSettlements } from './settlements.ts'

const MIGRATIONS = { orders: new URL('./migrations/', import.meta.url), ...MESSAGING_MIGRATIONS }
const { placeOrder, listOrders, getOrder, cancelOrder } = operations

/** The orders service: its own process, database, outbox and inbox. */
export async function createApp(config: Config): Promise<Server> {
  const app = createServer('orders', config)
  const database = createDatabase({
    url: config.DATABASE_URL,
    connections: config.DATABASE_CONNECTIONS,
    name: 'orders',
    log: app.log,
    metrics: app.metrics,
  })
  const { pool, lane } = database
  const schema = migrate({
    url: config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL,
    name: 'orders',
    folders: MIGRATIONS,
    probe: database.probe,
    log: app.log,
  })
  const guard = createAuth(config.AUTH_SECRET)

  const inventory = createUpstream({
    name: 'inventory',
    urls: config.INVENTORY_URLS,
    door: config,
    log: app.log,
  })
  measureUpstreams(app.metrics, { inventory })
  const settlements = createSettlements((ids) => findSettled(pool, ids))
  const relay = startRelay(pool, app.log, schema.applied)
  const backlog = watchBacklog({
    count: (most) => countPending(pool, most),
    isOpen: () => relay.isOpen(),
    limits: { most: config.BACKLOG_LIMIT, alone: config.BACKLOG_LIMIT_ALONE },
    log: app.log,
  })
  const queues = createQueues()
  const replica = randomUUID()
  const orders = { pool, lane, inventory, relay, backlog, settlements, replica }
  const { queue, forward, channels } = ordersBroker(
    { namespace: config.AMQP_NAMESPACE, queueLimit: config.AMQP_QUEUE_LIMIT, queues, ...orders },
    app.log,
  )
  const consumer = stockConsumer(orders, queue, forward, app.log)
  const broker = await connectBroker(config.AMQP_URL, channels(consumer, schema.applied), app.log)
  brokerMetrics(app.metrics)
  const stopPruning = pruneInbox(pool, app.log, schema.applied)
  const afterMs = config.RECONCILE_AFTER_MS
  const stopReconciliation = startReconciliation({ pool, relay, queues, afterMs, log: app.log })

  decorateCaller(app)
  health(app, {
    ready: { PostgreSQL: () => schema.check(), consumer: () => consumer.check() },
    details: { RabbitMQ: () => broker.check(), inventory: () => inventory.check() },
  })
  outboxMetrics(app.metrics, pool, relay)
  ordersMetrics(app.metrics, pool)
  await docs(app, [placeOrder, listOrders, getOrder, cancelOrder])
  shedLoad(app, config, isHeld)
  ordersRoutes(app, orders, guard)

  // Requests that wait for a settlement are let go first: they would hold the server open.
  app.addHook('preClose', async () => settlements.stop())
  app.addHook('onClose', async () => {
    backlog.stop()
    await Promise.all([stopPruning(), stopReconciliation()])
    await schema.stop()
    await consumer.stop()
    await relay.stop()
    await broker.close()
    await inventory.close()
    await database.end()
  })
  return app
}
