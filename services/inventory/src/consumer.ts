import { type Consumer, createConsumer } from '@shop/messaging/consumer.ts'
import type { FastifyBaseLogger } from 'fastify'
import { type OrderFact, parseOrderFact } from './events.ts'
import { type Inventory, settle } from './service.ts'

/** Moves stock as orders are placed and cancelled. */
export function ordersConsumer(inventory: Inventory, queue: string, log: FastifyBaseLogger): Consumer {
  return createConsumer<OrderFact>({
    queue,
    parse: parseOrderFact,
    log,
    handle: (messages) => settle(inventory, messages),
  })
}
