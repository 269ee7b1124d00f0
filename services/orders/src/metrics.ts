import type { Pool } from '@shop/shared/runtime/postgres.ts'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { measurePending } from './reconciliation-repository.ts'

/** Observed where orders settle. */
export const settleSeconds = new Histogram({
  name: 'order_settle_seconds',
  help: 'Time from when an order was placed until inventory had settled it, by the clock of the database',
  buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
  registers: [],
})

/** Counted where orders are said again. */
export const ordersSaidAgain = new Counter({
  name: 'orders_said_again_total',
  help: 'Orders that this process said again, because they had not settled for long',
  registers: [],
})

/** Shows how orders settle. */
export function ordersMetrics(registry: Registry, pool: Pool): void {
  registry.registerMetric(settleSeconds)
  registry.registerMetric(ordersSaidAgain)
  const oldest = new Gauge({
    name: 'orders_pending_oldest_seconds',
    help: 'How long the oldest pending order has been so; 0 when there is none',
    registers: [registry],
  })
  new Gauge({
    name: 'orders_pending',
    help: 'Orders that have not settled, of all replicas',
    registers: [registry],
    async collect() {
      const { orders, oldestSeconds } = await measurePending(pool).catch(() => UNKNOWN)
      this.set(orders)
      oldest.set(oldestSeconds)
    },
  })
}

/** What cannot be asked is not shown, rather than all the others with it. */
const UNKNOWN = { orders: Number.NaN, oldestSeconds: Number.NaN }
