import { amqp } from '@shop/messaging/config.ts'
import { baseConfig, databaseConfig, port, upstreamUrls } from '@shop/shared/runtime/config.ts'
import { heldPlacesConfig, placesConfig } from '@shop/shared/runtime/load.ts'
import Type, { type Static } from 'typebox'

const limit = (fallback: number, what: string) =>
  Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: fallback,
    description: `${what}, from 1 to 1000000`,
  })

export const Config = Type.Object({
  ...baseConfig,
  ...databaseConfig,
  ...amqp,
  ...placesConfig,
  ...heldPlacesConfig,
  PORT: port(4001),
  INVENTORY_URLS: upstreamUrls('inventory'),
  BACKLOG_LIMIT: limit(400, 'the most orders that may be pending before new ones are refused'),
  BACKLOG_LIMIT_ALONE: limit(2_000, 'the same while the broker is away'),
  RECONCILE_AFTER_MS: Type.Integer({
    minimum: 100,
    maximum: 3_600_000,
    default: 10_000,
    description:
      'after how many milliseconds an order that has not settled is said again, from 100 to 3600000',
  }),
})
export type Config = Static<typeof Config>
