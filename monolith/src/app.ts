import { createAuth, decorateCaller } from '@shop/shared/runtime/auth.ts'
import { createDatabase } from '@shop/shared/runtime/database.ts'
import { docs } from '@shop/shared/runtime/docs.ts'
import { health } from '@shop/shared/runtime/health.ts'
import { shedLoad } from '@shop/shared/runtime/load.ts'
import { migrate } from '@shop/shared/runtime/migrate.ts'
import { limitRates } from '@shop/shared/runtime/rate-limit.ts'
import { createServer, type Server } from '@shop/shared/runtime/server.ts'
import type { Config } from './config.ts'
import { inventoryRoutes } from './modules/inventory/routes.ts'
import { ordersRoutes } from './modules/orders/routes.ts'

const MIGRATIONS = {
  inventory: new URL('./modules/inventory/migrations/', import.meta.url),
  orders: new URL('./modules/orders/migrations/', import.meta.url),
}

/** The whole shop in one process: two modules, one pool. */
export async function createApp(config: Config): Promise<Server> {
  const app = createServer('monolith', config)
  const database = createDatabase({
    url: config.DATABASE_URL,
    connections: config.DATABASE_CONNECTIONS,
    name: 'monolith',
    log: app.log,
    metrics: app.metrics,
  })
  const { pool, lane } = database
  const schema = migrate({
    url: config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL,
    name: 'monolith',
    folders: MIGRATIONS,
    probe: database.probe,
    log: app.log,
  })
  const guard = createAuth(config.AUTH_SECRET)

  decorateCaller(app)
  health(app, { ready: { PostgreSQL: () => schema.check() } })
  await docs(app)
  shedLoad(app, config)
  await limitRates(app, config)
  inventoryRoutes(app, { pool, lane }, guard)
  ordersRoutes(app, { pool, lane }, guard)

  app.addHook('onClose', async () => {
    await schema.stop()
    await database.end()
  })
  return app
}
