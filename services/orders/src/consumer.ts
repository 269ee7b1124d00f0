import { type Consumer, createConsumer } from '@shop/messaging/consumer.ts'
import type { FastifyBaseLogger } from 'fastify'
import { parseStockFact, type Settlement, type StockFact } from './events.ts'
import { settleSeconds } from './metrics.ts'
import type { Orders } from './service.ts'
import { settleOrders } from './settlement-repository.ts'

const STATUS = {
  'stock.reserved': 'confirmed',
  'stock.rejected': 'rejected',
  'stock.released': null,
} as const

/** Sends settlements to the replica of orders that waits for them. Never throws: they are committed. */
export type Forward = (replica: string, settlements: Settlement[]) => void

/** Settles orders by what inventory says, and answers the requests that wait for them, here or on other replicas. */
export function stockConsumer(
  orders: Orders,
  queue: string,
  forward: Forward,
  log: FastifyBaseLogger,
): Consumer {
  return createConsumer<StockFact>({
    queue,
    parse: parseStockFact,
    log,
    async handle(messages) {
      const news = messages.map(({ id, event }) => ({
        messageId: id,
        orderId: event.payload.orderId,
        status: STATUS[event.topic],
      }))
      const settled = await settleOrders(orders.pool, news)
      for (const { seconds } of settled) settleSeconds.observe(seconds)
      const byReplica = Map.groupBy(settled, ({ awaitedBy }) => awaitedBy)
      for (const [replica, awaited] of byReplica) {
        const settlements = awaited.map(({ settlement }) => settlement)
        if (replica === orders.replica) orders.settlements.announce(settlements)
        else if (replica) forward(replica, settlements)
      }
    },
  })
}
