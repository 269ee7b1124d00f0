import { connectBroker } from '@shop/messaging/broker.ts'
import { brokerMetrics } from '@shop/messaging/broker-metrics.ts'
import { pruneInbox } from '@shop/messaging/inbox.ts'
import { outboxMetrics } from '@shop/messaging/metrics.ts'
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
import { inventoryBroker } from './broker.ts'
import type { Config } from './config.ts'
import { ordersConsumer } from './consumer.ts'
import { inventoryRoutes } from './routes.ts'

const MIGRATIONS = { inventory: new URL('./migrations/', import.meta.url), ...MESSAGING_MIGRATIONS }
const { listProducts, getProduct, putProduct, restockProduct } = operations

/** The inventory service: its own process, database, outbox and inbox. */
export async function createApp(config: Config): Promise<Server> {
  const app = createServer('inventory', config)
  const database = createDatabase({
    url: config.DATABASE_URL,
    connections: config.DATABASE_CONNECTIONS,
    name: 'inventory',
    log: app.log,
    metrics: app.metrics,
  })
  const { pool, lane } = database
  const schema = migrate({
    url: config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL,
    name: 'inventory',
    folders: MIGRATIONS,
    probe: database.probe,
    log: app.log,
  })
  const guard = createAuth(config.AUTH_SECRET)

  const relay = startRelay(pool, app.log, schema.applied)
  const inventory = { pool, lane, relay }
  const { queue, channels } = inventoryBroker(
    { namespace: config.AMQP_NAMESPACE, queueLimit: config.AMQP_QUEUE_LIMIT, relay },
    app.log,
  )
  const consumer = ordersConsumer(inventory, queue, app.log)
  const broker = await connectBroker(config.AMQP_URL, channels(consumer, schema.applied), app.log)
  brokerMetrics(app.metrics)
  const stopPruning = pruneInbox(pool, app.log, schema.applied)

  decorateCaller(app)
  health(app, {
    ready: { PostgreSQL: () => schema.check(), consumer: () => consumer.check() },
    details: { RabbitMQ: () => broker.check() },
  })
  outboxMetrics(app.metrics, pool, relay)
  await docs(app, [listProducts, getProduct, putProduct, restockProduct])
  shedLoad(app, config)
  inventoryRoutes(app, inventory, guard)

  app.addHook('onClose', async () => {
    await stopPruning()
    await schema.stop()
    await consumer.stop()
    await relay.stop()
    await broker.close()
    await database.end()
  })
  return app
}
