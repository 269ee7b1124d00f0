import { readMessage } from '@shop/messaging/message.ts'
import type { ConsumeMessage } from 'amqplib'
import { parseOrderFact } from '../../../services/inventory/src/events.ts'
import { parseStockFact } from '../../../services/orders/src/events.ts'
import type { Letter } from './letters.ts'

/** Why its consumer cannot read a letter; undefined when it can. */
export function whyUnreadable({ queue, topic, raw }: Letter): string | undefined {
  const parse = queue.endsWith('.inventory.orders') ? parseOrderFact : parseStockFact
  const message = { ...raw, fields: { ...raw.fields, routingKey: topic } } as unknown as ConsumeMessage
  try {
    readMessage<unknown>(message, parse)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
